import { open } from 'node:fs/promises'
import { eventJson, visibleJson } from '@forgeplan/report'
import { reasonOf } from '../inputs/read-text.ts'
import type { Secrets } from '../shell/secrets.ts'
import type { Terminal } from '../shell/terminal.ts'
import { failure } from '../stop.ts'
import type { RunView } from './run-view.ts'

/** Whose words these are, and what must not be among them. */
interface Around {
  readonly terminal: Terminal
  readonly secrets: Secrets
}

/**
 * A file (0600) that gets every event as a line of JSON; what it held before is gone. A disk that becomes full ends the
 * writing, not the run. @throws Stop when it cannot be opened.
 */
export const openEventFile = async (path: string, { terminal, secrets }: Around): Promise<RunView> => {
  const file = await opened(path)
  let problem: string | null = null
  let written: Promise<unknown> = Promise.resolve()
  const write = async (line: string): Promise<void> => {
    try {
      if (problem === null) await file.appendFile(line)
    } catch (error) {
      problem = reasonOf(error)
    }
  }
  return {
    event: (event) => {
      const line = `${visibleJson(secrets.redact(JSON.stringify(eventJson(event))))}\n`
      written = written.then(() => write(line))
    },
    aside: (talk) => talk(),
    aborting: () => undefined,
    end: async () => {
      await written
      await file.close()
      if (problem !== null) terminal.note(`Not all events are in ${path}: ${problem}.\n`)
    },
  }
}

const opened = async (path: string): ReturnType<typeof open> => {
  try {
    return await open(path, 'w', 0o600)
  } catch (error) {
    throw failure('FORGE6002', 'A file cannot be written', `${path}: ${reasonOf(error)}.`)
  }
}
