import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import type { JournalEntry, StackName } from '@forgeplan/model'
import { canonicalJson, stackName } from '@forgeplan/model'
import { emptyState, foldAll, planIdOf } from '@forgeplan/planner'
import { sha256 } from '@forgeplan/engine'
import { openStore, StoreError } from '@forgeplan/store'
import { Lab, World } from '@forgeplan/testkit'
import { parsePlanFile } from '../../packages/cli/src/planfile/read.ts'
import { planFileFormat } from '../../packages/cli/src/planfile/format.ts'
import { major } from '../../packages/cli/src/version.ts'
import { Stop } from '../../packages/cli/src/stop.ts'
import { makeChance } from '../e2e/support/chance.ts'
import { patience, size } from '../scale.ts'
import { mutatedBytes, mutatedText } from './support/mutate.ts'
import { plainState } from './support/plain-state.ts'
import { watchdog } from './support/watchdog.ts'

const config = (web: number): string => `stack: lab
providers: { here: { plugin: sim, world: w } }
groups:
  web: { size: ${String(web)}, instance: { provider: here, image: debian, disks: [{ name: data, size: 1GiB }] } }
outputs: { first: "\${groups.web['1'].ip}" }
`
const stack: StackName = stackName('lab')

/** A state as a run leaves it: closed, with a snapshot in the middle of its journal when `snapshot`. */
const makeState = async (path: string, snapshot: boolean): Promise<readonly JournalEntry[]> => {
  using lab = new Lab({ world: new World({ name: 'w' }) })
  lab.configure(config(6))
  await lab.apply()
  const before = lab.journal.records.length
  const middle = lab.state()
  lab.configure(config(8))
  await lab.apply()
  const entries = lab.journal.records.map(({ entry }) => entry)
  await using store = await openStore({ path, mode: 'write', stack })
  await using lease = await store.acquire({ command: 'forge apply', timeoutMs: 0, signal: new AbortController().signal })
  await lease.append(entries.slice(0, before))
  if (snapshot) await lease.snapshot(middle)
  await lease.append(entries.slice(before))
  return entries
}

it('every mutated database is refused, or opens with what its own journal says', { timeout: patience }, async () => {
  const chance = makeChance()
  process.stdout.write(`mutated databases: ${size.mutatedFiles} cases, FORGE_SEED=${chance.seed}\n`)
  using dog = watchdog()
  const folder = await mkdtemp(join(tmpdir(), 'forge-mutants-'))
  try {
    const made = await Promise.all(
      [false, true].map(async (snapshot) => {
        const path = join(folder, `good-${String(snapshot)}.db`)
        const entries = await makeState(path, snapshot)
        return { bytes: await readFile(path), entries, snapshot }
      }),
    )
    let opened = 0
    for (let n = 0; n < size.mutatedFiles; n++) {
      const { bytes, entries, snapshot } = chance.pick(made as [(typeof made)[number]])
      const path = join(folder, `m${n}.db`)
      const mutant = mutatedBytes(bytes, chance)
      await writeFile(path, mutant)
      const about = `case ${n} of FORGE_SEED=${chance.seed}`
      dog.next(about)
      for (const mode of ['read', 'write'] as const) opened += await openedAsJournalSays({ path, mode, entries, snapshot, about })
      await Promise.all(['', '-wal', '-shm', '-journal'].map((end) => rm(path + end, { force: true })))
    }
    expect(opened, 'some open').toBeGreaterThan(0)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
})

interface Look {
  readonly path: string
  readonly mode: 'read' | 'write'
  readonly entries: readonly JournalEntry[]
  /** Whether the state comes from a snapshot and the entries after it, so that damage in those before does not count. */
  readonly snapshot: boolean
  readonly about: string
}

const openedAsJournalSays = async ({ path, mode, entries, snapshot, about }: Look): Promise<number> => {
  try {
    await using store = await openStore({ path, mode, stack })
    const state = store.load()
    const records = [...store.records()]
    store.revisions()
    if (records.length === 0) {
      expect(state.rows.size, about).toBeLessThanOrEqual(foldAll(emptyState(stack), numbered(entries)).rows.size)
      return 1
    }
    expect(state.serial, about).toBe(records.at(-1)?.seq)
    expect(records.length, about).toBeLessThanOrEqual(entries.length)
    if (!snapshot) expect(plainState(state), about).toEqual(plainState(foldAll(emptyState(stack), records)))
    return 1
  } catch (error) {
    if (!(error instanceof StoreError)) throw new Error(`Neither a state nor a diagnostic in ${about} (${mode})`, { cause: error })
    expect(error.detail, about).not.toBe('')
    return 0
  }
}

const numbered = (entries: readonly JournalEntry[]) => entries.map((entry, i) => ({ seq: i + 1, entry }))

it('every mutated plan file is refused, or is the plan that was saved', { timeout: patience }, async () => {
  const chance = makeChance()
  process.stdout.write(`mutated plan files: ${size.mutatedFiles} cases, FORGE_SEED=${chance.seed}\n`)
  using lab = new Lab({ world: new World({ name: 'w' }) })
  lab.configure(config(3))
  await lab.apply()
  lab.configure(config(5))
  // The lab plans as another major version.
  const made = { ...(await lab.plan()), tool: major }
  const plan = { ...made, id: planIdOf(made, sha256) }
  const text = canonicalJson({ format: planFileFormat, forge: '0', plan })
  // The words of a warning are shown and do not count into the id.
  const essence = (of: typeof plan): string => canonicalJson({ ...of, warnings: [] })
  expect(essence(parsePlanFile(text, 'it.plan'))).toBe(essence(plan))
  using dog = watchdog()
  for (let n = 0; n < size.mutatedFiles; n++) {
    const mutant = chance.between(0, 1) === 0 ? mutatedText(text, chance) : mutatedBytes(Buffer.from(text), chance).toString('utf8')
    const about = `case ${n} of FORGE_SEED=${chance.seed}`
    dog.next(about)
    try {
      expect(essence(parsePlanFile(mutant, 'it.plan')), about).toBe(essence(plan))
    } catch (error) {
      if (!(error instanceof Stop)) throw new Error(`Neither the plan nor a diagnostic in ${about}`, { cause: error })
      expect(error.exit, about).toBe(1)
    }
  }
})
