import type { Address, Plan, Unit } from '@forgeplan/model'
import { cautious, instanceUnit } from '@forgeplan/model'
import { alter, at, create, field, gate, ids, keep, plan, remove, unit, web } from './builders.ts'
import { rolling, rollPlan } from './roll-builders.ts'

const majority: Partial<Unit> = { policy: { preventDestroy: false, onDestroy: 'destroy', ignoreChanges: [], quorum: 'majority' } }
const nfs = instanceUnit('nfs')
const each = (from: number, to: number): readonly (readonly number[])[] => ids(from, to).map((id) => [id])
const pairs = (from: number, to: number): readonly (readonly number[])[] =>
  ids(0, (to - from - 1) / 2).map((at) => [from + 2 * at, from + 2 * at + 1])
const unwell = { kind: 'unhealthy', why: 'GET http://10.0.0.3/health answered 503' } as const
const canary = { waves: [[3], [1], [4], [5], [2]], size: 5, alive: 4, canary: 1, drains: true, leader: 2, unit: majority }

/** Plans that roll, by the name of their golden files. */
export const rollScenarios: Readonly<Record<string, Plan>> = {
  'roll-canary': rollPlan({ ...canary, reasonOf: (id) => (id === 3 ? unwell : undefined) }),
  'roll-surge': rollPlan({
    waves: each(1, 5),
    successors: each(6, 10),
    size: 5,
    alive: 5,
    canary: 1,
    terms: { pass: { kind: 'holdFor', ms: 60_000 }, deadlineMs: 600_000 },
  }),
  'roll-surge-requested': plan(
    {
      changes: [
        ...ids(1, 3).map((id) => remove(at(web, id), { kind: 'succeeded-by', address: at(web, id + 3) })),
        ...ids(4, 6).map((id) =>
          create(at(web, id), { kind: 'successor-of', address: at(web, id - 3), why: { kind: 'requested' }, fields: [] }),
        ),
        ...ids(7, 8).map((id) => remove(at(web, id), { kind: 'succeeded-by', address: at(web, id + 2) })),
        ...ids(9, 10).map((id) => keep(at(web, id))),
      ],
      rolls: rolling({ waves: each(1, 3), successors: each(4, 6), size: 5, alive: 5 }).rolls,
    },
    [unit(web)],
  ),
  'roll-batch': rollPlan({
    waves: pairs(1, 10),
    size: 10,
    alive: 8,
    gated: false,
    terms: { failures: 1, pass: { kind: 'checks', checks: 3, intervalMs: 2000 } },
    unit: { update: { ...cautious(300_000), batch: 2, maxUnavailable: 2, maxFailures: 1, skipDrain: true } },
  }),
  'roll-quorum-refused': rollPlan(
    { waves: pairs(1, 4), size: 5, alive: 3, unit: majority },
    {
      refusals: [
        {
          kind: 'quorum',
          exit: 6,
          summary: 'group.web would be left with 2 healthy of 5; its quorum needs 3',
          remedy: 'Take fewer members down at once, or repair the others first. If the loss is meant: --override quorum:web',
          addresses: [at(web, 1), at(web, 2)],
        },
      ],
    },
  ),
  'roll-quorum-overridden': rollPlan(
    { waves: [ids(1, 4), [5]], size: 5, alive: 1, unit: majority },
    {
      lifts: [
        { kind: 'quorum', detail: '--override quorum:web accepts that group.web would be left with 1 healthy of 5; its quorum needs 3' },
      ],
      risks: [{ severity: 'high', kind: 'lift', summary: 'a brake is lifted', addresses: [] }],
    },
  ),
  'roll-ten-thousand': rollPlan({ waves: each(1, 10_000), size: 10_000, alive: 9999, canary: 1 }),
  'roll-restart': rollPlan({
    waves: each(1, 3),
    size: 3,
    alive: 2,
    action: 'restart',
    fields: [field('memory', 4 * 2 ** 30, 8 * 2 ** 30, { effect: 'restart' })],
  }),
  'roll-heal': rollPlan({
    waves: [[2]],
    size: 3,
    alive: 2,
    gated: false,
    reasonOf: () => unwell,
    unit: { heal: { checks: 3, intervalMs: 10_000 } },
  }),
  'roll-instance': plan(
    {
      changes: [alter('restart', nfs as string as Address, [field('memory', 2 ** 30, 2 ** 31, { effect: 'restart' })])],
      rolls: [
        {
          unit: nfs,
          order: 'delete-first',
          size: 1,
          alive: 0,
          waves: [{ members: [nfs as string as Address], successors: [], gate: null, ask: null }],
        },
      ],
      steps: [gate(nfs, [nfs as string as Address])],
    },
    [{ ...unit(nfs), shape: { kind: 'single' } }],
  ),
  // One row says nothing of twenty kinds of waves.
  'roll-uneven': rollPlan({
    waves: ids(1, 20).map((wave) => ids(3 * wave, 3 * wave + (wave % 2))),
    size: 63,
    alive: 61,
  }),
  'roll-scale': plan(
    {
      ...rolling({ waves: each(1, 3), size: 5, alive: 4 }),
      changes: [
        ...ids(1, 3).map((id) => alter('replace', at(web, id), [field('cpus', 2, 4, { effect: 'replace' })])),
        ...ids(4, 5).map((id) => create(at(web, id), { kind: 'scaled-up', to: 5 })),
      ],
    },
    [unit(web, {}, 5)],
  ),
  'roll-shrink': plan(
    {
      ...rolling({ waves: each(1, 3), size: 3, alive: 2 }),
      changes: [
        ...ids(1, 3).map((id) => alter('replace', at(web, id), [field('cpus', 2, 4, { effect: 'replace' })])),
        ...ids(4, 5).map((id) => remove(at(web, id), { kind: 'scaled-down', to: 3 })),
      ],
      steps: [
        {
          id: 'gate:shrink.group.web' as Plan['steps'][number]['id'],
          kind: 'gate',
          after: [],
          gate: {
            unit: web,
            members: [],
            failures: 0,
            alive: { need: 2, without: [at(web, 4), at(web, 5)] },
            pass: { kind: 'checks', checks: 1, intervalMs: 1000 },
            deadlineMs: 300_000,
            ask: false,
          },
        },
        ...rolling({ waves: each(1, 3), size: 3, alive: 2 }).steps,
      ],
    },
    [unit(web, {}, 3)],
  ),
}
