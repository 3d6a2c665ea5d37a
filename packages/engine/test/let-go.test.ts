import type { Journal, JournalEntry } from '@forgeplan/model'
import { LeaseLost, rowAt } from '@forgeplan/model'
import { expect, test } from 'vitest'
import type { Fault } from '../../testkit/src/index.ts'
import { faultScript } from '../../testkit/src/index.ts'
import { letGo } from '../src/index.ts'
import { Lab, unit, web1 } from './lab.ts'

const three = (lab: Lab) => lab.desired([unit('group.web')])

const built = async (): Promise<Lab> => {
  const lab = new Lab()
  await lab.apply(three(lab))
  lab.world.clearLog()
  return lab
}

/** `forge state rm group.web/1`. */
const rm = async (lab: Lab, journal: Journal = lab.journal): Promise<void> => {
  const row = rowAt(lab.state, web1)
  if (row === undefined) throw new Error('It is not in the state.')
  await using worlds = await lab.open(three(lab), lab.state)
  const signals = { stop: lab.stop.signal, abort: lab.abort.signal }
  await letGo({ row, state: lab.state, worlds, journal, clock: lab.clock, signals })
}

/** A journal that ends at the first entry of a kind, as a process that is killed there. */
const cutAt = (lab: Lab, kind: JournalEntry['kind'], error: Error = new Error('killed')): Journal => ({
  append: async (entries) => {
    if (entries.some((entry) => entry.kind === kind)) throw error
    return lab.journal.append(entries)
  },
})

const marks = (lab: Lab): readonly boolean[] => lab.world.objects().map(({ mark }) => mark !== null)
const kinds = (lab: Lab, from: number): readonly string[] => lab.journal.records.slice(from).map(({ entry }) => entry.kind)

test('Letting go is journaled before the mark is taken off, and the row goes only after', async () => {
  using lab = await built()
  const before = lab.journal.records.length
  const seen: (readonly string[])[] = []
  lab.world.interceptors.push((call, proceed) => {
    if (call.method === 'mark') seen.push(kinds(lab, before))
    return proceed()
  })
  await rm(lab)
  expect([seen, kinds(lab, before)]).toEqual([[['change-began']], ['change-began', 'forgotten']])
  expect([rowAt(lab.state, web1), marks(lab).filter(Boolean).length, lab.world.objects().length]).toEqual([undefined, 2, 3])
})

test('Without the lease no mark is taken off', async () => {
  using lab = await built()
  await expect(rm(lab, cutAt(lab, 'change-began', new LeaseLost('gone')))).rejects.toThrow(LeaseLost)
  expect([lab.world.mutatingCalls(), marks(lab)]).toEqual([[], [true, true, true]])
})

for (const [name, fault] of [
  ['an error before the effect', { kind: 'error-before', error: 'transient' }],
  ['an error after the effect', { kind: 'error-after', error: 'transient' }],
  ['a call that never comes back in time', { kind: 'timeout', effect: false }],
] as const satisfies readonly (readonly [string, Fault])[])
  test(`After ${name} letting go looks again and succeeds`, async () => {
    using lab = await built()
    lab.world.interceptors.push(faultScript(lab.world, [{ method: 'mark', nth: 1, fault }]).interceptor)
    await rm(lab)
    expect([rowAt(lab.state, web1), marks(lab).filter(Boolean).length]).toEqual([undefined, 2])
  })

test('A mark that can never be taken off is an error in words, and nothing is forgotten', async () => {
  using lab = await built()
  lab.world.interceptors.push(
    faultScript(lab.world, [{ method: 'mark', nth: 'every', fault: { kind: 'error-before', error: 'denied' } }]).interceptor,
  )
  await expect(rm(lab)).rejects.toMatchObject({ name: 'EngineError', diagnostics: [{ code: 'FORGE6020' }] })
  expect(rowAt(lab.state, web1)?.phase).toMatchObject({ kind: 'changing', began: { verb: 'mark' } })
})

test('An answer that is no observation is refused and no mark is touched', async () => {
  using lab = await built()
  lab.world.interceptors.push((call, proceed) =>
    call.method === 'observe' ? (Promise.resolve({ get: () => ({ kind: 'absent' }) }) as never) : proceed(),
  )
  await expect(rm(lab)).rejects.toMatchObject({ name: 'EngineError' })
  expect([rowAt(lab.state, web1)?.phase.kind, lab.world.mutatingCalls()]).toEqual(['live', []])
})

test('An object that is gone already is forgotten', async () => {
  using lab = await built()
  lab.world.remove(lab.world.objects().find(({ uid }) => uid === rowAt(lab.state, web1)?.uid)!.id)
  await rm(lab)
  expect([rowAt(lab.state, web1), lab.world.mutatingCalls()]).toEqual([undefined, []])
})

for (const [what, change] of [
  ['wanted', (lab: Lab) => three(lab)],
  ['changed', (lab: Lab) => lab.desired([unit('group.web', { inputs: { image: 'b' } })])],
  ['no longer wanted', (lab: Lab) => lab.desired([])],
] as const)
  for (const gone of [false, true])
    test(`What was being let go of and is ${what} is neither made anew nor ended${gone ? ' where it cannot be found without its mark' : ''}`, async () => {
      using lab = await built()
      await expect(rm(lab, cutAt(lab, 'forgotten'))).rejects.toThrow('killed')
      const uid = rowAt(lab.state, web1)?.uid
      expect(marks(lab).filter(Boolean).length).toBe(2)
      if (gone) lab.world.interceptors.push(findsOnlyMarked(lab))
      await expect(lab.plan(change(lab))).rejects.toThrow('forge state rm group.web/1')
      await expect(lab.plan(change(lab), { mode: 'destroy' })).rejects.toThrow('forge state rm group.web/1')
      const refresh = await lab.plan(change(lab), { mode: 'refresh-only' }).catch(() => null)
      expect(refresh?.changes.filter(({ action }) => action !== 'keep') ?? []).toEqual([])
      await rm(lab)
      expect([rowAt(lab.state, web1), lab.world.objects().some((one) => one.uid === uid)]).toEqual([undefined, true])
    })

// A platform that knows its objects only by their marks.
const findsOnlyMarked =
  (lab: Lab): Lab['world']['interceptors'][number] =>
  async (call, proceed) => {
    const answer = await proceed()
    if (call.method !== 'observe') return answer
    const unmarked = new Set(lab.world.objects().flatMap(({ uid, mark }) => (mark === null ? [uid] : [])))
    return new Map(
      [...(answer as never as Map<never, object>)].map(([uid, seen]) => [uid, unmarked.has(uid) ? { kind: 'absent' } : seen]),
    ) as never
  }
