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
