import { eventText } from '@forgeplan/report'
import type { Terminal } from '../shell/terminal.ts'
import type { RunView } from './run-view.ts'
import { abortNote } from './run-view.ts'
import { patientWriter } from './patient.ts'

/** One line per event on standard output, and the report. */
export const linesView = (terminal: Terminal): RunView => {
  const { write, aside } = patientWriter((text) => terminal.out(text))
  return {
    event: (event) => {
      const line = eventText(event, { color: terminal.outColor })
      if (line !== null) write(line.endsWith('\n') ? line : `${line}\n`)
    },
    aside,
    aborting: () => terminal.note(abortNote),
    end: (report) => Promise.resolve(terminal.out(report)),
  }
}
