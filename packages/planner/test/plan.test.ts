import { describe, expect, it } from 'vitest'
import type { JournalEntry, Observation, Phase, Step, Uid } from '@forgeplan/model'
import { compareAddress, hasChanges, late, parseAddress, planId, realm, stepId } from '@forgeplan/model'
import type { Standing } from './builders.ts'
import { applied, built, desired, hash, here, nothing, ours, planFor, present, seeing, summary, tryPlan, unit } from './builders.ts'
import { foldAll, planIdOf, specDigest } from '../src/index.ts'
import { simMachine } from '../../testkit/src/sim-types.ts'

const sized = (size: number) => ({ kind: 'sized', size }) as const
const ids = (...list: string[]) => ({ kind: 'ids', ids: list }) as const
const web = (size: number, more = {}) => desired([unit('group.web', { shape: sized(size) })], more)
const absent = (): Observation => ({ kind: 'absent' })
const stopped = (seen: Observation): Observation =>
  seen.kind === 'present' ? { ...seen, status: { kind: 'stopped', why: 'killed' } } : seen
const edited =
  (field: string, value: string | number) =>
  (seen: Observation): Observation =>
    seen.kind === 'present' ? { ...seen, inputs: { ...seen.inputs, [field]: value } } : seen
const away = (): Observation => ({ kind: 'detached', id: 'x' as never, where: 'folder Other' })
const uidAt = ({ state }: Standing, address: string): Uid => [...state.rows.values()].find((row) => row.address === address)?.uid as Uid
const after = (steps: readonly Step[], id: string): readonly string[] => steps.find((step) => step.id === id)?.after ?? []

describe('from nothing', () => {
  it('every member is created, at the lowest ordinals', () => {
    expect(summary(planFor(web(3)))).toEqual(['create group.web/1 (new)', 'create group.web/2 (new)', 'create group.web/3 (new)'])
  })

  it('applying and planning again finds nothing to do', () => {
    expect(hasChanges(planFor(web(3), built(web(3))))).toBe(false)
  })

  it('an empty state is refused while marks of the stack exist', () => {
    const found = [...built(web(1)).state.rows.values()].map((row) => ({
      type: row.type,
      mark: { lineage: ours, stack: 'lab' as never, uid: row.uid, address: row.address, generation: 1, specDigest: hash('') },
      observation: present(row.address, row.type, {}),
    }))
    expect(planFor(web(1), { ...nothing, found }).refusals).toMatchObject([{ kind: 'lost-state', exit: 6, addresses: ['group.web/1'] }])
  })
})

describe('the id of a plan', () => {
  it('can be taken again from the plan, and warnings do not change it', () => {
    const made = planFor(web(2))
    const warned = { severity: 'warning', code: 'FORGE3008', summary: 'Later', detail: 'Said afterwards.' } as const
    expect(planIdOf({ ...made, warnings: [warned] } as typeof made, hash)).toBe(made.id)
    expect(planIdOf({ ...made, targets: ['group.web'] }, hash)).not.toBe(made.id)
  })
})

describe('scaling', () => {
  it('up fills the lowest free ordinals', () => {
    const hole = applied(planFor(desired([unit('group.web', { shape: ids('1', '3') })])), nothing)
    expect(summary(planFor(web(3), hole))).toEqual(['create group.web/2 (scaled-up)'])
  })

  it('down takes the newest names first', () => {
    expect(summary(planFor(web(1), built(web(3))))).toEqual(['delete group.web/2 (scaled-down)', 'delete group.web/3 (scaled-down)'])
  })

  it('down takes a member that does no work before one that does', () => {
    const sick = seeing(built(web(3)), 'group.web/1', stopped)
    expect(summary(planFor(web(2), sick))).toEqual(['delete group.web/1 (scaled-down)'])
  })

  it('down gives up a member that is gone before one that is unwell', () => {
    const start = seeing(built(web(3)), 'group.web/1', absent)
    const sick = { ...start, health: new Map([[uidAt(start, 'group.web/2'), { kind: 'unhealthy', why: 'x' } as const]]) }
    expect(summary(planFor(web(2), sick))).toEqual(['forget group.web/1 (vanished)'])
  })

  it('up and back down is the original', () => {
    const start = built(web(2))
    const grown = applied(planFor(web(4), start), start)
    const back = applied(planFor(web(2), grown, { maxDestroy: 2 }), grown)
    expect([...back.state.rows.keys()].toSorted()).toEqual([...start.state.rows.keys()].toSorted())
  })

  it('logical ids that are taken out go, the others stay', () => {
    const before = desired([unit('group.db', { shape: ids('a', 'b', 'c') })])
    const later = desired([unit('group.db', { shape: ids('a', 'c', 'd') })])
    expect(summary(planFor(later, built(before)))).toEqual(['delete group.db/b (id-removed)', 'create group.db/d (id-added)'])
  })
})

describe('a standing object that differs', () => {
  const one = (inputs: object) => desired([unit('instance.nfs', { inputs: inputs as never })])

  it.each([
    ['update', { cpus: 2 }],
    ['restart', { memory: 2 ** 31 }],
    ['replace', { image: 'b' }],
  ])('is planned as %s by the dearest effect', (action, inputs) => {
    expect(summary(planFor(one(inputs), built(one({}))))).toEqual([`${action} instance.nfs (configured)`])
  })

  it('is set back when somebody changed it outside', () => {
    const drifted = planFor(one({}), seeing(built(one({})), 'instance.nfs', edited('cpus', 8)))
    expect(summary(drifted)).toEqual(['restart instance.nfs (drifted)'])
    expect(drifted.changes[0]).toMatchObject({ fields: [{ field: 'cpus', before: 8, after: 1, drifted: true }] })
  })

  it('is left alone where ignoreChanges says so', () => {
    const ignoring = desired([unit('instance.nfs', { policy: { ignoreChanges: ['cpus'] } })])
    expect(hasChanges(planFor(ignoring, seeing(built(ignoring), 'instance.nfs', edited('cpus', 8))))).toBe(false)
  })

  it('keeps a field that the configuration no longer mentions, and says so', () => {
    const released = planFor(one({}), built(one({ note: 'x' })))
    expect(released.changes[0]).toMatchObject({
      action: 'update',
      fields: [{ field: 'note', before: 'x', released: true, effect: 'live' }],
    })
    expect(hasChanges(planFor(one({}), applied(released, built(one({ note: 'x' })))))).toBe(false)
  })

  it('that cannot be changed in place is an error naming the way out', () => {
    const disk = (size: number) => one({ disks: [{ name: 'data', size, retain: true }] })
    const result = tryPlan(disk(5), built(disk(10)))
    expect(result).toMatchObject({ ok: false, problems: [{ code: 'FORGE3003', address: 'disk.nfs/data' }] })
    if (!result.ok) expect(result.problems[0]?.detail).toContain('give instance.nfs a new one under another name')
  })

  it('a rotated secret is a change and an unchanged one is not', () => {
    const secret = (digest: string) => one({ password: late({ kind: 'secret', source: 'env:PW', digest }) })
    expect(hasChanges(planFor(secret('a'), built(secret('a'))))).toBe(false)
    expect(summary(planFor(secret('b'), built(secret('a'))))).toEqual(['replace instance.nfs (configured)'])
  })
})

describe('an object that is not as it should be', () => {
  it('is restarted with the same identity when it is stopped', () => {
    expect(summary(planFor(web(3), seeing(built(web(3)), 'group.web/2', stopped)))).toEqual(['restart group.web/2 (stopped)'])
  })

  it('is made anew when the platform says that it does not exist', () => {
    const again = planFor(web(3), seeing(built(web(3)), 'group.web/2', absent))
    expect(summary(again)).toEqual(['create group.web/2 (vanished)'])
    expect(again.changes[1]).toMatchObject({ replaces: 'uid-2', resumes: null })
  })

  it('is never taken for absent when it cannot be read', () => {
    const blind = planFor(
      web(3),
      seeing(built(web(3)), 'group.web/2', () => ({ kind: 'unreadable', lastSeen: null, why: 'permission denied' })),
    )
    expect(summary(blind)).toEqual([])
    expect(blind.refusals).toMatchObject([{ kind: 'unreadable', exit: 1, addresses: ['group.web/2'] }])
  })

  it('is not looked for in another world', () => {
    const other = planFor(web(1), { ...built(web(1)), objects: new Map(), realms: new Map([['local', 'world-2' as never]]) })
    expect(summary(other)).toEqual([])
    expect(other.refusals).toMatchObject([{ kind: 'unreadable' }])
  })

  it('more vanished than the brake allows stop apply until they are accepted', () => {
    const gone = seeing(seeing(built(web(3)), 'group.web/1', absent), 'group.web/2', absent)
    expect(planFor(web(3), gone).refusals).toMatchObject([{ kind: 'vanished', exit: 6 }])
    expect(planFor(web(3), gone, { acceptVanished: 2 })).toMatchObject({ refusals: [], lifts: [{ kind: 'accept-vanished' }] })
  })

  it('is not taken for vanished when forge itself was removing it', () => {
    const cut = (verb: 'delete' | 'restart') => {
      const half = ['group.web/2', 'group.web/3'].reduce((standing, at) => seeing(standing, at, absent), built(web(3)))
      const entries = [...half.state.rows.values()].slice(1).map(({ uid, inputs, context }, i) => ({
        seq: half.state.serial + 1 + i,
        entry: {
          kind: 'change-began',
          uid,
          began: { verb, plan: planId('p'), step: stepId(verb, 'x'), at: 0, handle: null, inputs, context },
        } as const,
      }))
      return { ...half, state: foldAll(half.state, entries) }
    }
    const resumed = planFor(web(1), cut('delete'))
    expect(summary(resumed)).toEqual(['forget group.web/2 (interrupted)', 'forget group.web/3 (interrupted)'])
    expect(resumed.refusals).toEqual([])
    expect(planFor(web(3), cut('delete')).refusals).toEqual([])
    expect(planFor(web(3), cut('restart')).refusals).toMatchObject([{ kind: 'vanished' }])
  })

  it('detached from a sized group gives up its address, and a successor takes a new one', () => {
    const moved = seeing(built(web(3)), 'group.web/2', away)
    const done = planFor(web(3), moved)
    expect(summary(done)).toEqual(['release group.web/2 (detached)', 'create group.web/4 (instead-of)'])
    expect(hasChanges(planFor(web(3), applied(done, moved)))).toBe(false)
  })

  it('released earlier and still standing elsewhere, its ordinal is not given out again', () => {
    const moved = seeing(built(web(3)), 'group.web/2', away)
    const state = foldAll(moved.state, [
      { seq: moved.state.serial + 1, entry: { kind: 'released', uid: uidAt(moved, 'group.web/2'), why: 'detached' } },
    ])
    expect(summary(planFor(web(3), { ...moved, state }))).toEqual(['create group.web/4 (scaled-up)'])
  })

  it('moved back, it takes the lowest free ordinal and the group has one too many', () => {
    const moved = seeing(built(web(3)), 'group.web/2', away)
    const released = applied(planFor(web(3), moved), moved)
    const back = seeing(released, 'group.web/2', () =>
      present('group.web/2' as never, simMachine.name, { image: 'a', cpus: 1, memory: 2 ** 30 }),
    )
    const done = planFor(web(3), back)
    expect(done.renamed).toMatchObject([{ uid: 'uid-2', to: 'group.web/2' }])
    expect(summary(done)).toEqual(['delete group.web/4 (scaled-down)'])
  })

  it('detached and known by name stops apply', () => {
    const pets = desired([unit('group.db', { shape: ids('a', 'b') })])
    const done = planFor(pets, seeing(built(pets), 'group.db/a', away))
    expect(summary(done)).toEqual([])
    expect(done.refusals).toMatchObject([{ kind: 'pet-detached', addresses: ['group.db/a'] }])
  })
})

describe('what the configuration no longer mentions', () => {
  const two = desired([unit('group.web', { shape: sized(3) }), unit('instance.nfs')])

  it('is deleted', () => {
    expect(summary(planFor(web(3), built(two)))).toEqual(['delete instance.nfs (not-configured)'])
  })

  it('is kept and released where its policy said so when it was last applied', () => {
    const keeping = desired([unit('group.web', { shape: sized(3) }), unit('instance.nfs', { policy: { onDestroy: 'keep' } })])
    expect(summary(planFor(web(3), built(keeping)))).toEqual(['release instance.nfs (kept-by-policy)'])
  })

  it('has a step for a row that is only released or forgotten', () => {
    const keeping = desired([unit('group.web', { shape: sized(3) }), unit('instance.nfs', { policy: { onDestroy: 'keep' } })])
    expect(planFor(web(3), built(keeping)).steps).toMatchObject([{ id: 'mark:instance.nfs', kind: 'mark' }])
    const gone = seeing(built(two), 'instance.nfs', absent)
    expect(planFor(web(3), gone).steps).toMatchObject([{ id: 'mark:instance.nfs', kind: 'mark' }])
  })

  it('stays protected by preventDestroy after its block is gone', () => {
    const guarded = desired([unit('group.web', { shape: sized(3) }), unit('instance.nfs', { policy: { preventDestroy: true } })])
    expect(planFor(web(3), built(guarded)).refusals).toMatchObject([{ kind: 'prevent-destroy', exit: 6, addresses: ['instance.nfs'] }])
  })

  it('a new policy is recorded even when nothing else changes', () => {
    const guarded = desired([unit('instance.nfs', { policy: { preventDestroy: true } })])
    const done = planFor(guarded, built(desired([unit('instance.nfs')])))
    expect(done.renamed).toMatchObject([{ from: 'instance.nfs', to: 'instance.nfs' }])
    expect(done.steps).toEqual([])
  })

  it('more than the brake allows is refused, and --max-destroy lifts it visibly', () => {
    expect(planFor(web(1), built(web(4))).refusals).toMatchObject([{ kind: 'max-destroy', exit: 6 }])
    expect(planFor(web(1), built(web(4)), { maxDestroy: 3 })).toMatchObject({ refusals: [], lifts: [{ kind: 'max-destroy' }] })
  })
})

describe('renaming', () => {
  const group = (name: string) => unit(`group.${name}`, { shape: sized(2), inputs: { disks: [{ name: 'data', size: 5, retain: true }] } })

  it('a group with moved touches the journal only, parts included', () => {
    const start = built(desired([group('web')]))
    const done = planFor(desired([group('www')], { moved: [{ from: 'group.web' as never, to: 'group.www' as never }] }), start)
    expect(summary(done)).toEqual([])
    expect(done.steps).toEqual([])
    expect(done.renamed.map(({ to }) => to)).toEqual(['disk.www/1/data', 'disk.www/2/data', 'group.www/1', 'group.www/2'])
  })

  it('onto an address that is held is an error', () => {
    const start = built(desired([unit('instance.a'), unit('instance.b')]))
    const clash = desired([unit('instance.b')], { moved: [{ from: 'instance.a' as never, to: 'instance.b' as never }] })
    expect(tryPlan(clash, start)).toMatchObject({ ok: false, problems: [{ code: 'FORGE3001' }] })
  })
})

describe('steps', () => {
  const layered = (webSize: number, dbSize: number) =>
    desired([
      unit('group.db', { shape: sized(dbSize), flavor: { health: true, drain: true } }),
      unit('group.web', { shape: sized(webSize), dependsOn: ['group.db'], flavor: { drain: true } }),
    ])

  it('members wait for the gate of the group that theirs depends on', () => {
    const { steps } = planFor(layered(2, 2))
    expect(after(steps, 'create:group.web/1')).toEqual(['gate:group.db'])
    expect(after(steps, 'gate:group.db')).toEqual(['create:group.db/1', 'create:group.db/2'])
  })

  it('destroying goes the other way round, each drained first', () => {
    const { steps } = planFor(layered(2, 2), built(layered(2, 2)), { mode: 'destroy' })
    expect(after(steps, 'delete:group.web/1')).toEqual(['drain:group.web/1'])
    expect(after(steps, 'drain:group.db/1')).toEqual(['gate:down.group.web'])
    expect(after(steps, 'gate:down.group.web')).toEqual(['delete:group.web/1', 'delete:group.web/2'])
  })

  it('a retained disk is taken out before its machine is replaced', () => {
    const pet = (image: string) => desired([unit('instance.db', { inputs: { image, disks: [{ name: 'data', size: 5, retain: true }] } })])
    const { steps } = planFor(pet('b'), built(pet('a')))
    expect(steps.map(({ id }) => id)).toEqual(['detach:disk.db/data', 'delete:instance.db', 'create:instance.db'])
  })

  it('lets a kept disk go only after its machine is gone', () => {
    const pet = desired([unit('instance.db', { inputs: { disks: [{ name: 'data', size: 5, retain: true }] } })])
    const waits = new Map(planFor(desired([]), built(pet)).steps.map(({ id, after }) => [String(id), after.map(String)]))
    expect(waits.get('delete:instance.db')).toEqual(['detach:disk.db/data'])
    expect(waits.get('mark:disk.db/data')).toEqual(['delete:instance.db'])
  })

  it('a retained disk outlives its machine and is taken back by the next one', () => {
    const pet = desired([unit('instance.db', { inputs: { disks: [{ name: 'data', size: 5, retain: true }] } })])
    const gone = applied(planFor(desired([]), built(pet), { maxDestroy: 2 }), built(pet))
    expect([...gone.state.rows.values()].map((row) => [row.address, row.phase.kind])).toEqual([['disk.db/data', 'released']])
    const back = planFor(pet, gone)
    expect(summary(back)).toEqual(['create instance.db (new)'])
    expect(back.renamed).toMatchObject([{ to: 'disk.db/data' }])
  })

  it('who takes a port waits for the one that gives it up', () => {
    const before = desired([unit('instance.a', { inputs: { port: 80 } })])
    const later = desired([unit('instance.b', { inputs: { port: 80 } })])
    expect(after(planFor(later, built(before)).steps, 'create:instance.b')).toEqual(['delete:instance.a'])
  })

  it('who takes a port waits for the one that is restarted with another', () => {
    const ports = (a: number, b: number) =>
      desired([unit('instance.a', { inputs: { port: a } }), unit('instance.b', { inputs: { port: b } })])
    expect(after(planFor(ports(81, 82), built(ports(80, 81))).steps, 'restart:instance.a')).toEqual(['restart:instance.b'])
    expect(after(planFor(ports(80, 79), built(ports(79, 78))).steps, 'restart:instance.b')).toEqual(['restart:instance.a'])
  })

  it('two that would trade their ports are an error naming both, unless one is made anew', () => {
    const ports = (a: number, b: number) =>
      desired([unit('instance.a', { inputs: { port: a } }), unit('instance.b', { inputs: { port: b } })])
    const traded = tryPlan(ports(81, 80), built(ports(80, 81)))
    expect(traded).toMatchObject({ ok: false, problems: [{ code: 'FORGE3007', address: 'instance.a' }] })
    const anew = planFor(ports(81, 80), built(ports(80, 81)), { replace: ['instance.a'] })
    expect(after(anew.steps, 'restart:instance.b')).toContain('delete:instance.a')
    expect(after(anew.steps, 'create:instance.a')).toContain('restart:instance.b')
  })

  it('two objects that want one port are an error', () => {
    const clash = desired([unit('group.web', { shape: sized(2), inputs: { port: 80 } })])
    expect(tryPlan(clash, nothing)).toMatchObject({ ok: false, problems: [{ code: 'FORGE3007' }] })
  })

  it('what nobody uses any more goes after its users were changed', () => {
    const before = desired([unit('instance.old'), unit('instance.web', { dependsOn: ['instance.old'] })])
    const later = desired([unit('instance.new'), unit('instance.web', { dependsOn: ['instance.new'], inputs: { cpus: 2 } })])
    const { steps } = planFor(later, built(before))
    expect(after(steps, 'delete:instance.old')).toEqual(['gate:unused.instance.old'])
    expect(after(steps, 'gate:unused.instance.old')).toEqual(['update:instance.web'])
  })

  it.each([10, 40])('%i units that all depend on each other still have fewer than four edges a step', (count) => {
    const units = Array.from({ length: count }, (_, index) =>
      unit(`group.u${index}`, { shape: sized(2), dependsOn: Array.from({ length: index }, (__, below) => `group.u${below}`) }),
    )
    const start = built(desired(units))
    for (const done of [planFor(desired(units)), planFor(desired(units), start, { mode: 'destroy' })]) {
      expect(done.steps.reduce((sum, step) => sum + step.after.length, 0)).toBeLessThanOrEqual(4 * done.steps.length)
    }
  })
})

describe('narrowing', () => {
  const all = desired([unit('group.db'), unit('group.web', { dependsOn: ['group.db'] }), unit('instance.nfs')])

  it('to a group takes what it depends on along', () => {
    const names = planFor(all, nothing, { targets: ['group.web'] }).changes.map(({ address }) => address)
    expect(names.some((name) => name.startsWith('group.db'))).toBe(true)
    expect(names).not.toContain('instance.nfs')
  })

  it('to a member leaves its siblings alone', () => {
    expect(planFor(all, nothing, { targets: ['instance.nfs'] }).changes.map(({ address }) => address)).toEqual(['instance.nfs'])
    expect(planFor(all, built(all), { replace: ['group.web/2'] }).changes.filter(({ action }) => action === 'replace')).toHaveLength(1)
  })

  it('to something that does not exist is an error with the nearest name, and no word on what the plan leaves out', () => {
    expect(tryPlan(all, nothing, { targets: ['group.wbe'] })).toMatchObject({
      ok: false,
      problems: [{ code: 'FORGE3005', detail: expect.stringContaining('Did you mean "group.web"?') as string }],
    })
  })

  it('destroying a unit takes along what depends on it', () => {
    const names = planFor(all, built(all), { mode: 'destroy', targets: ['group.db'] })
      .changes.filter(({ action }) => action === 'delete')
      .map(({ address }) => address)
    expect(names.filter((name) => name.startsWith('group.web'))).toHaveLength(3)
    expect(names).not.toContain('instance.nfs')
  })
})

describe('a refresh', () => {
  it('changes nothing in the world and forgets what is gone', () => {
    const done = planFor(web(3), seeing(built(web(3)), 'group.web/2', absent), { mode: 'refresh-only' })
    expect(summary(done)).toEqual(['forget group.web/2 (vanished)'])
  })
})

describe('an earlier run that was cut off', () => {
  it('a create without an outcome is asked for again under the same uid', () => {
    const done = built(web(1))
    const row = [...done.state.rows.values()][0]
    if (row === undefined) throw new Error('no row')
    const began = { verb: 'create', plan: 'p', step: 's', at: 0, handle: null, inputs: {}, context: row.context } as never
    const cut = { ...done, state: { ...done.state, rows: new Map([[row.uid, { ...row, phase: { kind: 'creating', began } as const }]]) } }
    expect(planFor(web(1), cut).changes).toMatchObject([{ action: 'create', resumes: row.uid, reason: { kind: 'interrupted' } }])
    expect(planFor(desired([]), seeing(cut, 'group.web/1', absent)).changes).toMatchObject([{ action: 'forget' }])
  })
})

describe('a create without an outcome, when something else is wanted by now', () => {
  const one = (inputs: object) => desired([unit('instance.nfs', { inputs: inputs as never })])
  const begun = (image: string): Standing => {
    const before = planFor(one({ image }))
    const uid = 'uid-1' as Uid
    const [change] = before.changes
    if (change?.action !== 'create') throw new Error('no create')
    const began = {
      verb: 'create',
      plan: before.id,
      step: 's' as never,
      at: 0,
      handle: null,
      inputs: change.inputs,
      context: change.context,
    } as const
    const { address, type } = change
    const entries: readonly JournalEntry[] = [
      { kind: 'founded', lineage: ours, stack: before.stack, at: 0 },
      { kind: 'context', id: change.context, context: Object.values(before.contexts)[0] as never },
      {
        kind: 'create-began',
        uid,
        generation: 1,
        address,
        type,
        typeVersion: 1,
        realm: here,
        specDigest: specDigest(change.inputs, hash),
        began,
      },
    ]
    const state = foldAll(
      nothing.state,
      entries.map((entry, index) => ({ seq: index + 1, entry })),
    )
    return { state, objects: new Map([[uid, present(address, type, change.inputs)]]) }
  }

  it('goes on with what stands if it can become that', () => {
    expect(summary(planFor(one({ image: 'a' }), begun('a')))).toEqual(['create instance.nfs (interrupted)'])
    expect(summary(planFor(one({ image: 'a', note: 'new' }), begun('a')))).toEqual(['create instance.nfs (interrupted)'])
  })

  it('replaces what stands, or is still being made, if it cannot', () => {
    expect(summary(planFor(one({ image: 'b' }), begun('a')))).toEqual(['replace instance.nfs (configured)'])
    const pending = seeing(begun('a'), 'instance.nfs', () => ({ kind: 'pending', since: 0, deadline: 9, handle: 'h' }))
    expect(summary(planFor(one({ image: 'b' }), pending))).toEqual(['replace instance.nfs (configured)'])
    expect(summary(planFor(one({ image: 'a' }), pending))).toEqual(['create instance.nfs (interrupted)'])
  })

  it('goes on with a change that was cut off also where its object cannot be seen yet', () => {
    const made = { ...begun('a').state.rows.values().next().value!, id: 'vm-1' as never, inputs: { image: 'a' } }
    const pending = (verb: 'delete' | 'restart'): Standing => {
      const phase = { kind: 'changing' as const, began: { ...(made.phase as Extract<Phase, { kind: 'creating' }>).began, verb } }
      const state = { ...begun('a').state, rows: new Map([[made.uid, { ...made, phase }]]) }
      return { state, objects: new Map([[made.uid, { kind: 'pending', since: 0, deadline: 9, handle: 'h' }]]) }
    }
    expect(summary(planFor(one({ image: 'a' }), pending('delete')))).toEqual(['update instance.nfs (interrupted)'])
    expect(summary(planFor(one({ image: 'a' }), pending('restart')))).toEqual(['restart instance.nfs (interrupted)'])
  })

  it('starts afresh in another world, if nothing stands', () => {
    const gone = seeing(begun('a'), 'instance.nfs', absent)
    const moved = { ...gone, realms: new Map([['local', realm('world-2')]]) }
    expect(planFor(one({ image: 'a' }), moved).changes).toMatchObject([{ action: 'create', resumes: null, replaces: 'uid-1' }])
  })
})

describe('addresses', () => {
  it('sort in natural order', () => {
    expect(['group.web/10', 'group.web/2', 'group.a/1'].toSorted(compareAddress)).toEqual(['group.a/1', 'group.web/2', 'group.web/10'])
  })

  it('that are none are refused', () => {
    for (const text of ['', 'group.web', 'instance.a/1', 'group.web/1/2/3', 'group.Web/1', 'group.web/../x', 'disk.a'])
      expect(parseAddress(text)).toBeUndefined()
  })
})

describe('a row rebuilt from its mark', () => {
  const one = (init: string) => desired([unit('instance.nfs', { flavor: { init } })])
  const recovered = (specDigest: string) => {
    const standing = built(one('x'))
    const [row] = [...standing.state.rows.values()]
    if (row === undefined) throw new Error('no row')
    const { init: _, ...inputs } = row.inputs
    return { ...standing, state: { ...standing.state, rows: new Map([[row.uid, { ...row, inputs, specDigest }]]) } }
  }

  it('is not replaced because a field that cannot be read back may differ', () => {
    const done = planFor(one('y'), recovered(hash('another configuration')))
    expect(done.changes).toMatchObject([{ action: 'update', fields: [{ field: 'init', before: undefined, effect: 'live', lost: true }] }])
  })
})

describe('numbers of members', () => {
  const numbered = (size: number) =>
    desired([unit('group.web', { shape: sized(size), inputs: { note: late({ kind: 'member', field: 'ordinal' }) } })])

  it('in a sized group stay when a sibling goes', () => {
    const sick = seeing(built(numbered(3)), 'group.web/1', stopped)
    expect(summary(planFor(numbered(2), sick))).toEqual(['delete group.web/1 (scaled-down)'])
  })
})

describe('a block that is gone', () => {
  it('whose objects are kept by policy is released by a step', () => {
    const keeping = desired([unit('instance.nfs', { policy: { onDestroy: 'keep' } })])
    expect(planFor(desired([]), built(keeping)).steps.map(({ id }) => id)).toEqual(['mark:instance.nfs'])
  })
})
