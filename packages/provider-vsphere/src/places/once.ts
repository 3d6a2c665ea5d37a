/** Something that is read at most once, also where many ask at the same time. What fails is tried again by whoever asks next. */
export const once = <T>(read: (signal: AbortSignal) => Promise<T>): ((signal: AbortSignal) => Promise<T>) => {
  let current: { readonly answer: Promise<T>; readonly owner: AbortSignal } | null = null
  const ask = async (signal: AbortSignal): Promise<T> => {
    signal.throwIfAborted()
    const asked = (current ??= { answer: read(signal), owner: signal })
    try {
      return await asked.answer
    } catch (error) {
      if (current === asked) current = null
      // That another, who asked first, is no longer interested is no reason to give up.
      if (asked.owner === signal || !asked.owner.aborted) throw error
      return ask(signal)
    }
  }
  return ask
}

/** Something that is read anew each time, but for those who ask while it is being read: they share it. */
export const shared = <T>(read: (signal: AbortSignal) => Promise<T>): ((signal: AbortSignal) => Promise<T>) => {
  let current: ((signal: AbortSignal) => Promise<T>) | null = null
  return async (signal) => {
    const reading = (current ??= once(read))
    try {
      return await reading(signal)
    } finally {
      if (current === reading) current = null
    }
  }
}
