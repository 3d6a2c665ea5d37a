import type { Event } from '@forgeplan/model'
import type { Progress } from '@forgeplan/report'

/** What watches a run: one line per event, JSON, or a live picture. Nothing waits for it while the run goes on. */
export interface RunView {
  /** `seen` is the run with this event folded in. */
  event(event: Event, seen: Progress): void
  /** Running calls are being cut off: an interrupt came twice. */
  aborting(): void
  /** Keeps off the terminal while `talk` uses it, and then shows what has happened meanwhile. */
  aside<T>(talk: () => Promise<T>): Promise<T>
  /** `report` is the closing text for people. */
  end(report: string): Promise<void>
}

/** What an abort means, for people. */
export const abortNote = 'Cutting off what runs. What was begun is written down; the next apply looks for it.\n'
