import { copyFile, mkdtemp, rm, stat, truncate } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import type { JournalEntry, StackName, State } from '@forgeplan/model'
import { emptyState, foldAll } from '@forgeplan/planner'
import { openStore } from '@forgeplan/store'
import { Lab, MemoryJournal, World } from '@forgeplan/testkit'
import type { Chance } from '../e2e/support/chance.ts'
import { makeChance } from '../e2e/support/chance.ts'
import { patience, size } from '../scale.ts'
import { expectTruth } from '../support/truth.ts'
import { plainState } from './support/plain-state.ts'

// packages/store/test tells that a log which was cut off opens with the entries before the cut. Here the world has moved
// on since those entries: what the journal forgot has to be found again by the marks.

const config = (web: number, image: string): string => `stack: lab
providers: { here: { plugin: sim, world: w } }
policy: { maxDestroy: '100%' }
groups:
  web: { size: ${String(web)}, instance: { provider: here, image: ${image}, disks: [{ name: data, size: 1GiB }] } }
  db: { ids: [a, b], instance: { provider: here, image: debian, note: 'I am \${member.id}' } }
`

/** A world after two applies, and the entries of both as they went to the journal. */
const history = async (chance: Chance): Promise<Lab> => {
  const lab = new Lab({ world: new World({ name: 'w' }) })
  lab.configure(config(chance.between(1, 4), 'debian'))
  await lab.apply()
  lab.configure(config(chance.between(0, 5), chance.pick(['debian', 'alpine'])))
  await lab.apply()
  return lab
}

interface Torn {
  readonly state: State
  readonly entries: readonly JournalEntry[]
}

/** What a store still knows whose log was cut at a random byte; the checkpoint lies anywhere in the journal too. */
const tear = async (folder: string, entries: readonly JournalEntry[], stack: StackName, chance: Chance): Promise<Torn> => {
  const path = join(folder, 'whole.db')
  const torn = join(folder, 'torn.db')
  const checkpoint = chance.between(0, entries.length - 1)
  await write(path, stack, entries.slice(0, checkpoint))
  {
    await using store = await openStore({ path, mode: 'write', stack })
    await using lease = await store.acquire({ command: 'forge apply', timeoutMs: 0, signal: new AbortController().signal })
    for (const entry of entries.slice(checkpoint)) await lease.append([entry])
    const { size: bytes } = await stat(`${path}-wal`)
    await copyFile(path, torn)
    await copyFile(`${path}-wal`, `${torn}-wal`)
    await truncate(`${torn}-wal`, chance.between(0, bytes))
  }
  await using store = await openStore({ path: torn, mode: chance.pick(['read', 'write']), stack })
  const known = [...store.records()].map(({ entry }) => entry)
  expect(known.length).toBeGreaterThanOrEqual(checkpoint)
  expect(known).toEqual(entries.slice(0, known.length))
  return { state: store.load(), entries: known }
}

const write = async (path: string, stack: StackName, entries: readonly JournalEntry[]): Promise<void> => {
  await using store = await openStore({ path, mode: 'write', stack })
  await using lease = await store.acquire({ command: 'forge apply', timeoutMs: 0, signal: new AbortController().signal })
  if (entries.length > 0) await lease.append(entries)
}

it(
  'a log that lost its end opens as a prefix of the journal, and an apply afterwards leaves no orphan and no twin',
  { timeout: patience },
  async () => {
    const chance = makeChance()
    process.stdout.write(`torn storage: ${size.torn} cases, FORGE_SEED=${chance.seed}\n`)
    for (let n = 0; n < size.torn; n++) {
      const about = `in case ${n} of FORGE_SEED=${chance.seed}`
      const folder = await mkdtemp(join(tmpdir(), 'forge-torn-'))
      try {
        using lab = await history(chance)
        const entries = lab.journal.records.map(({ entry }) => entry)
        const { stack } = lab.desired
        const { state, entries: known } = await tear(folder, entries, stack, chance)
        const records = known.map((entry, i) => ({ seq: i + 1, entry }))
        expect(plainState(state), about).toEqual(plainState(foldAll(emptyState(stack), records)))
        lab.journal = new MemoryJournal(stack, records)
        await goOn(lab, about)
      } finally {
        await rm(folder, { recursive: true, force: true })
      }
    }
  },
)

/** As a person goes on whose plan says what is wrong: `forge state recover` where it is refused, then apply. */
const goOn = async (lab: Lab, about: string): Promise<void> => {
  const first = await lab.plan()
  if (first.refusals.length > 0) await lab.recover()
  const plan = await lab.plan()
  expect(plan.refusals, about).toEqual([])
  const { outcome } = await lab.apply({ plan })
  expect(outcome.result, about).toBe('done')
  expectTruth(lab, about)
  expect((await lab.plan()).steps, about).toEqual([])
}
