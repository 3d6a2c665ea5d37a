// Characters of a name that vSphere writes as %xx, since a slash parts the names of a path.
const escapes: ReadonlyMap<string, string> = new Map([
  ['%', '%25'],
  ['/', '%2f'],
  ['\\', '%5c'],
])

/** A name as vSphere keeps it: `a/b` is `a%2fb`. */
export const encodeName = (name: string): string => name.replaceAll(/[%/\\]/g, (each) => escapes.get(each) ?? each)

/** A name as people read it: `a%2fb` is `a/b`. Other percent signs stay. */
export const decodeName = (name: string): string =>
  !name.includes('%')
    ? name
    : name.replaceAll(/%2f|%5c|%25/gi, (each) => (each.toLowerCase() === '%2f' ? '/' : each.toLowerCase() === '%5c' ? '\\' : '%'))

/** The names of a path, decoded: `/DC0/vm/a%2fb` is `DC0`, `vm`, `a/b`. Slashes at the ends and doubled ones are nothing. */
export const segmentsOf = (path: string): readonly string[] =>
  path
    .split('/')
    .filter((each) => each !== '')
    .map(decodeName)

/** The path of some names, as vSphere writes it: with a slash in front and the names encoded. */
export const pathOf = (names: readonly string[]): string => names.map((each) => `/${encodeName(each)}`).join('')

/** Whether a text that a person wrote is a whole path, and not a name or the end of a path. */
export const isWholePath = (given: string): boolean => given.startsWith('/')

/** What has a name and a path in the inventory. */
export interface Named {
  /** Decoded. */
  readonly name: string
  /** Inventory path, its names encoded: `/DC0/host/DC0_C0`. */
  readonly path: string
}

/** Tells which objects a text means: by their name, their whole path, or the end of their path (`DC0_C0/Resources/web`). */
export const meaning = (given: string): ((object: Named) => boolean) => {
  const isWhole = isWholePath(given)
  const decoded = isWhole ? null : decodeName(given)
  const wanted = segmentsOf(given)
  const isPath = given.includes('/') && wanted.length > 0
  return ({ name, path }) => name === decoded || (isPath && endsIn(path, wanted, isWhole))
}

const endsIn = (path: string, wanted: readonly string[], isWhole: boolean): boolean => {
  const names = segmentsOf(path)
  const end = isWhole ? names : names.slice(-wanted.length)
  return wanted.length === end.length && wanted.every((each, index) => each === end[index])
}

/** A name or a path for a message, cut where a server or a person gave an absurd one. */
export const shown = (text: string): string => (text.length > 200 ? `${text.slice(0, 199)}…` : text)
