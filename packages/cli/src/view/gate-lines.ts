import type { Event, StepId } from '@forgeplan/model'

/** A gate that says the same again is worth a line after this long, milliseconds. */
const quietMs = 30_000

/** Tells whether an event is worth a line: a gate that waits is when its numbers changed, and otherwise every 30 s. */
export const makeGateLines = (): ((event: Event) => boolean) => {
  const told = new Map<StepId, Event & { readonly kind: 'gate-waiting' }>()
  return (event) => {
    if (event.kind !== 'gate-waiting') return true
    const last = told.get(event.step)
    const isNews = last === undefined || last.healthy !== event.healthy || last.need !== event.need || event.at - last.at >= quietMs
    if (isNews) told.set(event.step, event)
    return isNews
  }
}
