import { eventJson, visibleJson } from '@forgeplan/report'
import type { Terminal } from '../shell/terminal.ts'
import type { RunView } from './run-view.ts'
import { abortNote } from './run-view.ts'

/** One event per line as JSON on standard output; the report goes to people on standard error. */
export const jsonView = (terminal: Terminal): RunView => ({
  event: (event) => terminal.out(`${visibleJson(JSON.stringify(eventJson(event)))}\n`),
  // Events go to standard output, for programs; people are asked on standard error.
  aside: (talk) => talk(),
  aborting: () => terminal.note(abortNote),
  end: (report) => Promise.resolve(terminal.note(report)),
})
