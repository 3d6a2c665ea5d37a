import type { Desired, RunResult } from '@forgeplan/model'
import { canonicalJson, planId } from '@forgeplan/model'
import { expect, test } from 'vitest'
import { revisionBefore } from '../src/line/revision-before.ts'

const [own, other] = [planId('a'.repeat(64)), planId('b'.repeat(64))]
const wants = (stack: string): Desired => ({ stack }) as unknown as Desired
const plan = { id: own, desired: wants('new') }

const runs = (...rows: readonly (readonly [result: RunResult | null, wanted: string, plan?: typeof own, command?: string])[]) =>
  rows.map(([result, wanted, id = other, command = 'forge apply'], i) => ({
    revision: i + 5,
    plan: id,
    result,
    command,
    config: canonicalJson(wants(wanted)),
  }))

test.each([
  ['the last run that was done', runs(['done', 'a'], ['done', 'b']), 6],
  ['not one that was not', runs(['done', 'a'], ['partial', 'b'], [null, 'c']), 5],
  ['before the first run of this plan', runs(['done', 'a'], ['partial', 'new', own], ['partial', 'new', own]), 5],
  ['nothing where there was none', runs(['failed', 'a']), null],
  ['nothing where nothing ran', [], null],
  ['nothing where that run wanted the same', runs(['done', 'a'], ['done', 'new']), null],
  ['nothing where everything was taken down', runs(['done', 'a'], ['done', 'a', other, 'forge destroy']), null],
] as const)('back leads to %s', (_, revisions, back) => {
  expect(revisionBefore(revisions, plan)).toBe(back)
})
