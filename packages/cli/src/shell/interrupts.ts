/** Two stages of wanting to end: `stop` finishes what runs, `abort` cuts it off. */
export interface Interrupts {
  readonly stop: AbortSignal
  readonly abort: AbortSignal
  /** Says what the next signal means, once per stage. */
  onStage(listener: (stage: 'stop' | 'abort') => void): void
}

/** Interrupts that `raise` drives: the first call stops, the second aborts. */
export const makeInterrupts = (): { readonly interrupts: Interrupts; readonly raise: () => void } => {
  const stop = new AbortController()
  const abort = new AbortController()
  const listeners: ((stage: 'stop' | 'abort') => void)[] = []
  const raise = (): void => {
    const stage = stop.signal.aborted ? 'abort' : 'stop'
    if (stage === 'abort' && abort.signal.aborted) return
    const controller = stage === 'stop' ? stop : abort
    controller.abort(new Error('interrupted'))
    for (const listener of listeners) listener(stage)
  }
  return { interrupts: { stop: stop.signal, abort: abort.signal, onStage: (listener) => void listeners.push(listener) }, raise }
}
