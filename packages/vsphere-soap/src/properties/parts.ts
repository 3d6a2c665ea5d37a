// A server takes as long to collect the properties of many objects as to say them, and collects for several calls at once.
const atOnce = 4
const least = 100
const most = 500

/** Objects in parts, so many that they are read at once where that is worth it. */
export const partsOf = <T>(objects: readonly T[]): readonly (readonly T[])[] => {
  const size = Math.min(most, Math.max(least, Math.ceil(objects.length / atOnce)))
  return Array.from({ length: Math.ceil(objects.length / size) }, (_, index) => objects.slice(index * size, (index + 1) * size))
}

/**
 * Reads some parts at the same time, and gives what each came to in their order. `read` gets a signal that ends with the
 * caller's, and when nobody wants the rest any more. @throws what `read` throws, when all has ended that was begun.
 */
export async function* inParts<T, R>(
  parts: readonly T[],
  read: (part: T, signal: AbortSignal | undefined) => AsyncIterable<R>,
  signal: AbortSignal | undefined,
): AsyncGenerator<R, void, undefined> {
  const [only] = parts
  if (only !== undefined && parts.length === 1) return yield* read(only, signal)
  const stop = new AbortController()
  const onAbort = (): void => stop.abort(signal?.reason)
  signal?.throwIfAborted()
  signal?.addEventListener('abort', onAbort, { once: true })
  const left = parts[Symbol.iterator]()
  const running: Promise<readonly R[]>[] = []
  const begin = (): void => {
    const next = left.next()
    if (next.done === true) return
    const reading = collect(read(next.value, stop.signal))
    // Whoever comes to it is told; it may fail before that.
    reading.catch(() => undefined)
    running.push(reading)
  }
  try {
    for (let count = 0; count < atOnce; count += 1) begin()
    for (let reading = running.shift(); reading !== undefined; reading = running.shift()) {
      yield* await reading
      begin()
    }
  } finally {
    signal?.removeEventListener('abort', onAbort)
    stop.abort()
    await Promise.allSettled(running)
  }
}

const collect = async <R>(from: AsyncIterable<R>): Promise<readonly R[]> => {
  const all: R[] = []
  for await (const each of from) all.push(each)
  return all
}
