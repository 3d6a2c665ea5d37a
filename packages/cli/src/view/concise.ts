import type { Event } from '@forgeplan/model'
import { eventText } from '@forgeplan/report'
import type { Terminal } from '../shell/terminal.ts'
import type { RunView } from './run-view.ts'
import { abortNote } from './run-view.ts'
import { patientWriter } from './patient.ts'

/** What came of each step and nothing on the way, on standard output, and the report. */
export const conciseView = (terminal: Terminal): RunView => {
  const { write, aside } = patientWriter((text) => terminal.out(text))
  return {
    event: (event) => {
      const line = isResult(event) ? eventText(event, { color: terminal.outColor }) : null
      if (line !== null) write(line.endsWith('\n') ? line : `${line}\n`)
    },
    aside,
    aborting: () => terminal.note(abortNote),
    end: (report) => Promise.resolve(terminal.out(report)),
  }
}

const isResult = (event: Event): boolean => {
  switch (event.kind) {
    case 'step-succeeded':
    case 'step-failed':
    case 'step-skipped':
    case 'gate-asking':
    case 'gate-passed':
    case 'gate-stopped':
    case 'interrupting':
    case 'run-ended':
      return true
    case 'run-started':
    case 'step-started':
    case 'step-progress':
    case 'step-retry':
    case 'gate-waiting':
      return false
    default:
      return event satisfies never
  }
}
