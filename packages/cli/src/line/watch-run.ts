import type { RunHandle, RunOutcome } from '@forgeplan/engine'
import type { Event } from '@forgeplan/model'
import type { Progress } from '@forgeplan/report'
import type { RunView } from '../view/run-view.ts'

export interface Watching {
  readonly view: RunView
  readonly from: Progress
  readonly fold: (seen: Progress, event: Event) => Progress
  /** What is written down once the run has ended. */
  readonly after: (outcome: RunOutcome) => Promise<void>
  readonly report: (seen: Progress) => string
}

/** Shows a run to its end. Whatever throws, no call of the run is left and the view is closed when this ends. */
export const watchRun = async (run: RunHandle, { view, from, fold, after, report }: Watching): Promise<RunOutcome> => {
  let seen = from
  try {
    try {
      for await (const event of run) {
        seen = fold(seen, event)
        view.event(event, seen)
      }
    } finally {
      // The lease and the worlds must outlive the calls.
      await run.result
    }
    const outcome = await run.result
    await after(outcome)
    return outcome
  } finally {
    // Also on a full disk: a picture left open would stand in the terminal, and the report says what was done.
    await view.end(report(seen))
  }
}
