import { eventText } from '@forgeplan/report'
import type { Terminal } from '../shell/terminal.ts'
import { makeGateLines } from './gate-lines.ts'
import type { RunView } from './run-view.ts'
import { abortNote } from './run-view.ts'
import { patientWriter } from './patient.ts'

/** One line per event on standard output, but for a gate that says the same again, and the report. */
export const linesView = (terminal: Terminal): RunView => {
  const isWorthALine = makeGateLines()
  const { write, aside } = patientWriter((text) => terminal.out(text))
  return {
    event: (event) => {
      const line = isWorthALine(event) ? eventText(event, { color: terminal.outColor }) : null
      if (line !== null) write(line.endsWith('\n') ? line : `${line}\n`)
    },
    aside,
    aborting: () => terminal.note(abortNote),
    end: (report) => Promise.resolve(terminal.out(report)),
  }
}
