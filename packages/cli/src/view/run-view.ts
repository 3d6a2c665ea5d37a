import type { Event } from '@forgeplan/model'

/** What watches a run: one line per event, JSON, or later a live picture. Nothing waits for it. */
export interface RunView {
  event(event: Event): void
  /** `report` is the closing text for people. */
  end(report: string): void
}
