/** The newest version of the API that this package's table was made from. */
const newest = '9.1.0.0'

/** What every server that is still served understands; used until the server has said what it is. */
export const oldest = '6.5'

/** The version to speak with a server: its own, or the newest known where it is newer. */
export const spokenVersion = (server: string): string => {
  if (!/^\d+(\.\d+){1,3}$/.test(server)) return oldest
  return compare(server, newest) <= 0 ? server : newest
}

const compare = (one: string, other: string): number => {
  const [left, right] = [one, other].map((text) => text.split('.').map(Number))
  for (let at = 0; at < 4; at += 1) {
    const difference = (left?.[at] ?? 0) - (right?.[at] ?? 0)
    if (difference !== 0) return difference
  }
  return 0
}
