/** A list in chunks: replacing one item copies two short arrays, so that a fold over many events stays cheap. */
export type Chunks<T> = readonly (readonly T[])[]

const size = 128

export const toChunks = <T>(items: readonly T[]): Chunks<T> =>
  Array.from({ length: Math.ceil(items.length / size) }, (_, at) => items.slice(at * size, (at + 1) * size))

/** The list with the item at `at` replaced; unchanged if there is none. */
export const withItem = <T>(chunks: Chunks<T>, at: number, change: (item: T) => T): Chunks<T> => {
  const chunk = chunks[Math.floor(at / size)]
  const item = chunk?.[at % size]
  return chunk === undefined || item === undefined ? chunks : chunks.with(Math.floor(at / size), chunk.with(at % size, change(item)))
}

/** At least so many nulls; all chunks are one array until an item is replaced. */
export const emptyChunks = (length: number): Chunks<null> => {
  const full = Array.from({ length: size }, () => null)
  return Array.from({ length: Math.ceil(length / size) }, () => full)
}

/** The item at `at`; undefined if there is none. */
export const itemAt = <T>(chunks: Chunks<T>, at: number): T | undefined => chunks[Math.floor(at / size)]?.[at % size]
