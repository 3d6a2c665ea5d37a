import { describe, expect, it } from 'vitest'
import type { Health, Plan, Step, Uid } from '@forgeplan/model'
import { late } from '@forgeplan/model'
import type { Standing } from './builders.ts'
import { applied, built, desired, planFor, seeing, summary, tryPlan, unit } from './builders.ts'

const sized = (size: number) => ({ kind: 'sized', size }) as const
const ids = (...list: string[]) => ({ kind: 'ids', ids: list }) as const
type Options = Parameters<typeof unit>[1]

const group = (image: string, size: number, options: Options = {}) =>
  desired([unit('group.web', { shape: sized(size), ...options, inputs: { image, ...options?.inputs } })])
const surge = (maxSurge = 1) => ({ order: 'create-first', batch: maxSurge, maxUnavailable: 0, maxSurge }) as const

const uidAt = ({ state }: Standing, address: string): Uid => [...state.rows.values()].find((row) => row.address === address)?.uid as Uid
const withHealth = (standing: Standing, said: Readonly<Record<string, Health>>): Standing => ({
  ...standing,
  health: new Map([
    ...[...standing.state.rows.values()].map((row) => [row.uid, { kind: 'healthy' } as Health] as const),
    ...Object.entries(said).map(([address, health]) => [uidAt(standing, address), health] as const),
  ]),
})
const sick: Health = { kind: 'unhealthy', why: 'no answer' }

const waves = ({ rolls }: Plan): readonly string[] =>
  rolls.flatMap(({ waves: all }) => all.map(({ members, successors }) => [...successors, ...members].join(' ')))
const gates = ({ steps }: Plan): readonly Step[] => steps.filter(({ kind }) => kind === 'gate')
const step = ({ steps }: Plan, id: string): Step => {
  const found = steps.find((each) => each.id === id)
  if (found === undefined) throw new Error(`no step ${id} among ${steps.map((each) => each.id).join(', ')}`)
  return found
}

/** Steps that could never begin. */
const circleIn = ({ steps }: Plan): readonly string[] => {
  const left = new Map(steps.map((each) => [each.id, each]))
  for (let before = -1; before !== left.size;) {
    before = left.size
    for (const [id, { after }] of left) if (after.every((other) => !left.has(other))) left.delete(id)
  }
  return [...left.keys()]
}

describe('a change that takes members down', () => {
  const plan = planFor(group('b', 3, { flavor: { health: true } }), built(group('a', 3, { flavor: { health: true } })))

  it('goes one at a time, each wave behind a gate of those that stay', () => {
    expect(waves(plan)).toEqual(['group.web/1', 'group.web/2', 'group.web/3'])
    expect(gates(plan).map(({ id }) => id)).toEqual([
      'gate:wave-1.group.web',
      'gate:wave-2.group.web',
      'gate:wave-3.group.web',
      'gate:group.web',
    ])
    expect(step(plan, 'gate:wave-2.group.web')).toMatchObject({
      after: ['create:group.web/1'],
      gate: { members: ['group.web/1'], failures: 0, alive: { need: 2, without: ['group.web/2'] }, ask: false, deadlineMs: 300_000 },
    })
    expect(step(plan, 'delete:group.web/2').after).toEqual(['gate:wave-2.group.web'])
    expect(step(plan, 'create:group.web/2').after).toEqual(['delete:group.web/2'])
    expect(step(plan, 'gate:group.web')).toMatchObject({ gate: { members: ['group.web/3'], alive: { need: 2, without: [] } } })
  })

  it('goes in batches where more may be missing', () => {
    const wide = { update: { batch: 2, maxUnavailable: 2 } }
    expect(waves(planFor(group('b', 5, wide), built(group('a', 5, wide))))).toEqual([
      'group.web/1 group.web/2',
      'group.web/3 group.web/4',
      'group.web/5',
    ])
  })

  it('rolls in the same way where it only restarts', () => {
    const more = { inputs: { memory: 4 * 2 ** 30 } }
    const plan = planFor(group('a', 2, more), built(group('a', 2)))
    expect(summary(plan)[0]).toContain('restart group.web/1')
    expect(waves(plan)).toEqual(['group.web/1', 'group.web/2'])
    expect(step(plan, 'restart:group.web/2').after).toEqual(['gate:wave-2.group.web'])
  })

  it('takes down first who is unwell and last who leads, and asks no more alive than there are', () => {
    const said = { 'group.web/1': { kind: 'healthy', role: 'leader' }, 'group.web/3': sick } as const
    const careful = { flavor: { health: true } }
    const plan = planFor(group('b', 3, careful), withHealth(built(group('a', 3, careful)), said))
    expect(waves(plan)).toEqual(['group.web/3', 'group.web/2', 'group.web/1'])
    expect(step(plan, 'gate:wave-1.group.web')).toMatchObject({ gate: { alive: { need: 2 } } })
    const two = withHealth(built(group('a', 3, careful)), { 'group.web/2': sick, 'group.web/3': sick })
    expect(step(planFor(group('b', 3, careful), two), 'gate:wave-1.group.web')).toMatchObject({ gate: { alive: { need: 1 } } })
  })

  it('asks a person behind the canaries, unless nothing is left', () => {
    const options = { update: { canary: 2 } }
    const plan = planFor(group('b', 4, options), built(group('a', 4, options)))
    expect(plan.rolls[0]?.waves.map(({ gate, ask }) => [gate, ask])).toEqual([
      ['gate:wave-1.group.web', null],
      ['gate:wave-2.group.web', 'gate:canary.group.web'],
      ['gate:canary.group.web', null],
      ['gate:wave-4.group.web', null],
    ])
    expect(step(plan, 'gate:canary.group.web')).toMatchObject({ gate: { ask: true, members: ['group.web/2'] } })
    const all = planFor(group('b', 2, options), built(group('a', 2, options)))
    expect(gates(all).some((each) => each.kind === 'gate' && each.gate.ask)).toBe(false)
  })

  it('needs no gate for a lone instance', () => {
    const lone = (image: string) => desired([unit('instance.nfs', { inputs: { image } })])
    const plan = planFor(lone('b'), built(lone('a')))
    expect(plan.steps.map(({ id }) => id)).toEqual(['delete:instance.nfs', 'create:instance.nfs'])
  })

  it('stays below four edges a step for a thousand waves', () => {
    const plan = planFor(group('b', 1000, { update: surge() }), built(group('a', 1000)))
    const edges = plan.steps.reduce((sum, { after }) => sum + after.length, 0)
    expect(edges).toBeLessThanOrEqual(4 * plan.steps.length)
  })
})

describe('create-first', () => {
  const start = built(group('a', 2))
  const plan = planFor(group('b', 2, { update: surge() }), start)

  it('gives each successor a number that nobody holds, and lets the old one go when the new one is well', () => {
    expect(summary(plan)).toEqual([
      'delete group.web/1 (succeeded-by)',
      'delete group.web/2 (succeeded-by)',
      'create group.web/3 (successor-of)',
      'create group.web/4 (successor-of)',
    ])
    expect(step(plan, 'gate:wave-1.group.web')).toMatchObject({
      after: ['create:group.web/3'],
      gate: { members: ['group.web/3'], alive: { need: 2, without: ['group.web/1'] } },
    })
    expect(step(plan, 'delete:group.web/1').after).toEqual(['gate:wave-1.group.web'])
    expect(step(plan, 'create:group.web/4').after).toEqual(['delete:group.web/1'])
  })

  it('ends nobody without a successor, so no brake is needed', () => {
    expect(plan.refusals).toEqual([])
  })

  it('makes successors also where a restart would do, as nobody may be missing', () => {
    const plan = planFor(group('a', 1, { update: surge(), inputs: { memory: 4 * 2 ** 30 } }), built(group('a', 1)))
    expect(summary(plan)).toEqual(['delete group.web/1 (succeeded-by)', 'create group.web/2 (successor-of)'])
    const patient = planFor(
      group('a', 1, { update: { ...surge(), maxUnavailable: 1 }, inputs: { memory: 4 * 2 ** 30 } }),
      built(group('a', 1)),
    )
    expect(summary(patient)[0]).toContain('restart group.web/1')
  })

  it('is narrowed together with the one that it succeeds', () => {
    const one = planFor(group('b', 2, { update: surge() }), start, { targets: ['group.web/2'] })
    expect(summary(one)).toEqual(['delete group.web/2 (succeeded-by)', 'create group.web/4 (successor-of)'])
  })

  it('cannot keep disks or a fixed address', () => {
    const disks = { inputs: { disks: [{ name: 'data', size: 2 ** 30, retain: true }] } }
    const kept = tryPlan(group('b', 1, { ...disks, update: surge() }), built(group('a', 1, disks)))
    expect(kept.problems.map(({ code }) => code)).toEqual(['FORGE3009'])
    const port = { inputs: { port: 80 } }
    const fixed = tryPlan(group('b', 1, { ...port, update: surge() }), built(group('a', 1, port)))
    expect(fixed.problems.map(({ code }) => code)).toEqual(['FORGE3007'])
  })

  it('that was cut off goes on with what is outdated, and lets the one that has been succeeded go first, when enough are well', () => {
    const health = { flavor: { health: true }, update: surge() }
    const old = built(group('a', 2, health))
    const cut = planFor(group('b', 2, health), withHealth(old, {}))
    // The successor stands, and nobody has gone yet.
    const created = { ...cut, changes: cut.changes.filter((change) => change.address === 'group.web/3') }
    const half = withHealth(applied(created, old), { 'group.web/3': { kind: 'unknown', why: 'new' } })
    const rest = planFor(group('b', 2, health), half)
    expect(summary(rest)).toEqual([
      'delete group.web/1 (succeeded-by)',
      'delete group.web/2 (succeeded-by)',
      'create group.web/4 (successor-of)',
    ])
    expect(rest.refusals).toEqual([])
    expect(step(rest, 'delete:group.web/2').after).toEqual(['gate:wave-1.group.web'])
    expect(step(rest, 'gate:wave-1.group.web')).toMatchObject({ gate: { alive: { need: 2, without: ['group.web/2'] } } })
    expect(step(rest, 'create:group.web/4').after).toEqual(['delete:group.web/2'])
  })
})

describe('scale and change at once', () => {
  it('lets outdated members go before new ones, and the newest of them first', () => {
    const plan = planFor(group('b', 3), built(group('a', 6)), { maxDestroy: 3 })
    expect(summary(plan).filter((line) => line.startsWith('delete'))).toEqual([
      'delete group.web/4 (scaled-down)',
      'delete group.web/5 (scaled-down)',
      'delete group.web/6 (scaled-down)',
    ])
    expect(waves(plan)).toEqual(['group.web/1', 'group.web/2', 'group.web/3'])
    expect(step(plan, 'gate:wave-1.group.web').after).toEqual(['delete:group.web/4', 'delete:group.web/5', 'delete:group.web/6'])
  })

  it('waits for the units it depends on also where surplus members go first', () => {
    const below = (image: string, size: number) =>
      desired([
        unit('instance.nfs', { inputs: { image } }),
        unit('group.web', { shape: sized(size), inputs: { image }, dependsOn: ['instance.nfs'] }),
      ])
    const plan = planFor(below('b', 1), built(below('a', 2)))
    const makes = 'create:instance.nfs'
    expect(step(plan, 'delete:group.web/1').after).toEqual(expect.arrayContaining([makes, 'delete:group.web/2']))
    expect(circleIn(plan)).toEqual([])
  })

  it('makes new members before the first wave', () => {
    const plan = planFor(group('b', 3), built(group('a', 2)))
    expect(step(plan, 'gate:wave-1.group.web')).toMatchObject({
      after: ['create:group.web/3'],
      gate: { members: ['group.web/3'], alive: { need: 2, without: ['group.web/1'] } },
    })
  })

  it('makes new members that take the port of a rolled one after the last wave', () => {
    const numbered = (list: readonly string[]) =>
      desired([
        unit('group.web', {
          shape: ids(...list),
          inputs: { port: late({ kind: 'call', fn: 'add', args: [8000, late({ kind: 'member', field: 'ordinal' })] }) },
        }),
      ])
    const plan = planFor(numbered(['b', 'c', 'd']), built(numbered(['a', 'b', 'c'])))
    expect(waves(plan)).toEqual(['group.web/b', 'group.web/c'])
    expect(step(plan, 'create:group.web/d').after).toEqual(expect.arrayContaining([expect.stringContaining('group.web/c')]))
  })
})

describe('a roll of machines with disks', () => {
  const disks = [{ name: 'data', size: 2 ** 30 }]
  const users = (image: string, servers: Parameters<typeof unit>[1], update = {}) =>
    desired([unit('group.db', servers), unit('group.web', { shape: sized(2), dependsOn: ['group.db'], inputs: { image, disks }, update })])

  it.each([{}, surge()])('waits for a group below that gets other members, and holds none of those up that leave it (%o)', (update) => {
    const start = built(users('a', { shape: sized(1) }))
    const plan = planFor(users('b', { shape: ids('x') }, update), start)
    expect(step(plan, 'delete:group.db/1').after).toEqual([])
    expect(circleIn(plan)).toEqual([])
  })
})

describe('a quorum', () => {
  const council = (image: string, size: number, update = {}) =>
    group(image, size, { policy: { quorum: 'majority' }, flavor: { health: true }, update })

  it('lets members of three go one at a time, and not two at once', () => {
    const start = withHealth(built(council('a', 3)), {})
    expect(planFor(council('b', 3), start).refusals).toEqual([])
    const wide = planFor(council('b', 3, { batch: 2, maxUnavailable: 2 }), start)
    expect(wide.refusals).toMatchObject([{ kind: 'quorum', exit: 6, addresses: ['group.web/1', 'group.web/2'] }])
  })

  it('is not in the way of repairs', () => {
    const start = withHealth(built(council('a', 3)), { 'group.web/1': sick, 'group.web/2': sick })
    const healing = desired([
      unit('group.web', { shape: sized(3), policy: { quorum: 'majority' }, flavor: { health: true }, heal: { checks: 1, intervalMs: 1 } }),
    ])
    const plan = planFor(healing, start)
    expect(summary(plan)).toEqual(['replace group.web/1 (unhealthy)', 'replace group.web/2 (unhealthy)'])
    expect(plan.refusals).toEqual([])
  })

  it('refuses to lose another healthy one while it is broken', () => {
    const start = withHealth(built(council('a', 3)), { 'group.web/1': sick })
    const down = seeing(start, 'group.web/1', () => ({ kind: 'unreadable', lastSeen: null, why: 'x' }))
    expect(planFor(council('b', 3), down).refusals.map(({ kind }) => kind)).toContain('quorum')
  })

  it('refuses to shrink or end below the majority, and says how to override it', () => {
    const start = withHealth(built(council('a', 5)), {})
    expect(planFor(council('a', 3), start, { maxDestroy: 2 }).refusals).toEqual([])
    const deep = planFor(council('a', 2), start, { maxDestroy: 3 })
    expect(deep.refusals).toMatchObject([{ kind: 'quorum', remedy: expect.stringContaining('--override quorum:web') }])
    expect(planFor(council('a', 5), start, { mode: 'destroy' }).refusals).toMatchObject([{ kind: 'quorum' }])
    const meant = planFor(council('a', 5), start, { mode: 'destroy', overrides: ['group.web' as never] })
    expect(meant.refusals).toEqual([])
    expect(meant.lifts.map(({ kind }) => kind)).toContain('quorum')
  })

  it('holds although the block was taken out of the configuration', () => {
    const start = withHealth(built(council('a', 3)), {})
    expect(planFor(desired([]), start, { maxDestroy: 3 }).refusals.map(({ kind }) => kind)).toContain('quorum')
  })
})

describe('from ids to a size', () => {
  const numbered = (shape: Parameters<typeof unit>[1]) =>
    desired([unit('group.web', { ...shape, inputs: { note: late({ kind: 'member', field: 'ordinal' }) } })])

  it('members keep their numbers, and new ones take others', () => {
    const start = built(numbered({ shape: ids('a', 'b', 'c') }))
    expect(summary(planFor(numbered({ shape: sized(5) }), start))).toEqual([
      'create group.web/4 (scaled-up)',
      'create group.web/5 (scaled-up)',
    ])
  })
})

describe('the leader', () => {
  it('goes last also when the whole group goes', () => {
    const careful = { flavor: { health: true } }
    const start = withHealth(built(group('a', 3, careful)), { 'group.web/1': { kind: 'healthy', role: 'leader' } })
    const plan = planFor(group('a', 3, careful), start, { mode: 'destroy' })
    expect(step(plan, 'delete:group.web/1').after).toEqual(['gate:followers.group.web'])
    expect(step(plan, 'gate:followers.group.web').after).toEqual(['delete:group.web/2', 'delete:group.web/3'])
  })
})
