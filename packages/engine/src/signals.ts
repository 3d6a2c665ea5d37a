import { setMaxListeners } from 'node:events'

/** Aborted when any of `signals` is, with room for a listener per running call: Node warns of more than ten. */
export const joined = (signals: readonly AbortSignal[]): AbortSignal => {
  const signal = AbortSignal.any([...signals])
  setMaxListeners(0, signal)
  return signal
}
