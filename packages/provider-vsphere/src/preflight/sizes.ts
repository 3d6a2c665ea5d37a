const units: readonly (readonly [string, number])[] = [
  ['TiB', 2 ** 40],
  ['GiB', 2 ** 30],
  ['MiB', 2 ** 20],
]

/** A size in bytes for people, to a tenth: `1.5 TiB`. */
export const roughly = (bytes: number): string => {
  const [unit, factor] = units.find(([, each]) => bytes >= each) ?? (['MiB', 2 ** 20] as const)
  return `${Math.round((bytes / factor) * 10) / 10} ${unit}`
}
