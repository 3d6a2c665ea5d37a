import { resolve } from 'node:path'
import type { Invocation } from '../invocation.ts'
import type { ApplyChoices } from '../syntax/plan-options.ts'
import { openView } from './choose.ts'
import { openEventFile } from './event-file.ts'
import type { RunView } from './run-view.ts'

/** The view that was asked for, and beside it the file for the events. @throws Stop when the file cannot be written. */
export const openRunView = async (invocation: Invocation, choices: ApplyChoices): Promise<RunView> => {
  const { terminal, shell } = invocation
  const file =
    choices.jsonInto === undefined ? null : await openEventFile(resolve(shell.cwd, choices.jsonInto), { terminal, secrets: shell.secrets })
  const view = await openView(invocation, choices)
  return file === null ? view : both(view, file)
}

const both = (view: RunView, file: RunView): RunView => ({
  event: (event, seen) => {
    file.event(event, seen)
    view.event(event, seen)
  },
  aside: (talk) => view.aside(talk),
  aborting: () => view.aborting(),
  end: async (report) => {
    // What the file has to say comes below the report, not into a picture.
    await view.end(report)
    await file.end(report)
  },
})
