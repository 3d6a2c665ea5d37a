import { eventText } from '@forgeplan/report'
import type { Terminal } from '../shell/terminal.ts'
import type { RunView } from './run-view.ts'
import { abortNote } from './run-view.ts'

/** One line per event on standard output, and the report. */
export const linesView = (terminal: Terminal): RunView => ({
  event: (event) => {
    const line = eventText(event, { color: terminal.outColor })
    if (line !== null) terminal.out(line.endsWith('\n') ? line : `${line}\n`)
  },
  aborting: () => terminal.note(abortNote),
  end: (report) => Promise.resolve(terminal.out(report)),
})
