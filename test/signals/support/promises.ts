import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import type { Ran } from '../../e2e/support/command.ts'
import { root } from '../../e2e/support/command.ts'
import { flat } from '../../e2e/support/words.ts'

/** What docs/signals.md promises of one event. */
interface Promised {
  readonly code: number
  readonly words: readonly string[]
}

/** The names of the events that docs/signals.md makes promises of. */
export const promisedEvents = (): readonly string[] => [...promises().keys()]

/** Compares how a command ended with what docs/signals.md promises. @throws when the document has no such event. */
export const expectPromised = (event: string, { code, out, err }: Ran): void => {
  const promised = promises().get(event)
  if (promised === undefined) throw new Error(`docs/signals.md says nothing of ${event}`)
  expect({ code, out, err }).toMatchObject({ code: promised.code })
  for (const words of promised.words) expect(flat(`${out}${err}`)).toContain(words)
}

const promises = (): ReadonlyMap<string, Promised> => {
  const lines = readFileSync(join(root, 'docs', 'signals.md'), 'utf8').split('\n')
  const rows = lines.filter((line) => line.startsWith('|')).slice(2)
  return new Map(rows.map((row) => promiseIn(row.split('|').map((cell) => cell.trim()))))
}

const promiseIn = ([, event = '', , code = '', words = '']: readonly string[]): readonly [string, Promised] => [
  event,
  { code: Number(code), words: [...words.matchAll(/`([^`]+)`/g)].map(([, text]) => text ?? '') },
]
