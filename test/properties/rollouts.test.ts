import type { Arbitrary } from 'fast-check'
import { array, asyncProperty, boolean, constantFrom, integer, nat, option, record } from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Event, Plan, PlainMap } from '@forgeplan/model'
import type { Applied, Interceptor } from '@forgeplan/testkit'
import { Lab, World } from '@forgeplan/testkit'
import { patience, size as scale } from '../scale.ts'
import { holds } from '../support/random.ts'
import type { Promises } from '../support/roll-watch.ts'
import { membersIn, rollWatch } from '../support/roll-watch.ts'
import { doings, expectSoundSteps, expectTruth } from '../support/truth.ts'

interface Group {
  readonly size: number
  readonly image: string
  readonly memory: string
}

interface Case {
  readonly before: Group
  readonly after: Group
  readonly surge: boolean
  readonly batch: number
  readonly spare: number
  readonly canary: number
  readonly maxFailures: number
  readonly holdFor: boolean
  readonly quorum: boolean
  readonly healing: boolean
  readonly health: boolean
  readonly drain: boolean
  /** Which of the new machines never become well, by the order of their making. */
  readonly duds: readonly number[]
  /** Members that are unwell or down before the change. */
  readonly ill: readonly { readonly pick: number; readonly kind: 'unhealthy' | 'kill' | 'destroy' }[]
  /** Machines whose health fails later, by the number of calls before. */
  readonly failsAt: number | null
  readonly slowMs: number
}

const groups = (image: readonly string[]): Arbitrary<Group> =>
  record({ size: integer({ min: 1, max: 6 }), image: constantFrom(...image), memory: constantFrom('1GiB', '2GiB') })

const cases: Arbitrary<Case> = record({
  before: groups(['a']),
  after: groups(['a', 'b', 'b', 'b']),
  surge: boolean(),
  batch: integer({ min: 1, max: 3 }),
  spare: nat(2),
  canary: nat(2),
  maxFailures: nat(2),
  holdFor: boolean(),
  quorum: boolean(),
  healing: boolean(),
  health: constantFrom(true, true, true, false),
  drain: boolean(),
  duds: array(nat(5), { maxLength: 2 }),
  ill: array(record({ pick: nat(5), kind: constantFrom('unhealthy', 'kill', 'destroy') }), { maxLength: 2 }),
  failsAt: option(nat(20), { freq: 3 }),
  slowMs: constantFrom(0, 1_000, 20_000),
})

const updateOf = ({ surge, batch, spare, canary, maxFailures, holdFor }: Case): PlainMap => ({
  batch,
  ...(surge ? { maxSurge: batch } : { maxUnavailable: batch + spare }),
  canary,
  maxFailures,
  timeout: '2m',
  ...(holdFor ? { healthyFor: '20s' } : { checks: 2, interval: '3s' }),
})

const promisesOf = (trial: Case): Promises => ({
  size: trial.after.size,
  maxUnavailable: trial.surge ? trial.maxFailures : trial.batch + trial.spare,
  maxSurge: trial.surge ? trial.batch : 0,
  quorum: trial.quorum,
  health: trial.health,
})

const yaml = (trial: Case, { size, image, memory }: Group): string =>
  JSON.stringify({
    stack: 'lab',
    providers: { here: { plugin: 'sim', world: 'w' } },
    flavors: { web: { plugin: 'simflavor', health: trial.health, drain: trial.drain } },
    groups: {
      web: {
        size,
        instance: { provider: 'here', image, memory },
        flavor: 'web',
        healthTimeout: '2m',
        update: updateOf(trial),
        ...(trial.quorum ? { quorum: 'majority' } : {}),
        ...(trial.healing ? { healUnhealthy: { checks: 2, interval: '5s' } } : {}),
      },
    },
    policy: { maxDestroy: '100%' },
  })

/** The built group, some of whose members somebody has harmed since. */
const readyToRoll = async (trial: Case): Promise<Lab> => {
  const lab = new Lab({ world: new World({ name: 'w', creationMs: trial.slowMs, healthyAfterMs: 5_000 }) })
  lab.configure(yaml(trial, trial.before))
  expect((await lab.apply()).outcome.result).toBe('done')
  // Their time to become well is over.
  lab.clock.pass(300_000)
  for (const { pick, kind } of trial.ill) {
    const members = membersIn(lab.world, 'group.web')
    const id = members[pick % Math.max(1, members.length)]?.id
    if (id === undefined) continue
    if (kind === 'unhealthy') lab.world.setHealth(id, { kind: 'unhealthy', why: 'somebody broke it' })
    else if (kind === 'kill') lab.world.kill(id)
    else lab.world.destroy(id)
  }
  return lab
}

// Machines that come out of the factory broken.
const dudsOf = (world: World, duds: readonly number[]): Interceptor => {
  let made = 0
  return async (about, proceed) => {
    const result = await proceed()
    if (about.method !== 'apply' || about.verb !== 'create') return result
    const object = world.objects().find(({ uid }) => uid === about.target?.uid)
    if (object !== undefined && duds.includes(made++)) world.setHealth(object.id, { kind: 'unhealthy', why: 'a dud' })
    return result
  }
}

// Somebody breaks a member in the middle of the run; what is promised holds until then.
const breaker = (world: World, at: number | null): { readonly interceptor: Interceptor; readonly hit: () => boolean } => {
  let calls = 0
  let hit = false
  const interceptor: Interceptor = async (_, proceed) => {
    if (at !== null && calls++ === at) {
      const victim = membersIn(world, 'group.web').at(-1)
      if (victim !== undefined) world.setHealth(victim.id, { kind: 'unhealthy', why: 'it broke in the middle' })
      hit = victim !== undefined
    }
    return proceed()
  }
  return { interceptor, hit: () => hit }
}

// Nobody of a wave goes down before its gate was passed.
const expectGated = ({ rolls }: Plan, events: readonly Event[]): void => {
  const passed = new Set<string>()
  const gateOf = new Map(
    rolls.flatMap(({ waves }) => waves.flatMap(({ members, gate }) => members.map((member) => [String(member), gate] as const))),
  )
  for (const event of events) {
    if (event.kind === 'gate-passed') passed.add(event.step)
    if (event.kind !== 'step-started' || !['drain', 'delete', 'restart'].includes(event.verb)) continue
    const gate = gateOf.get(event.address)
    if (gate !== undefined && gate !== null) expect(passed, `${event.step} began before ${gate}`).toContain(gate)
  }
}

const isRefused = ({ refusals }: Plan): boolean => refusals.length > 0

const finish = async (lab: Lab): Promise<void> => {
  lab.world.interceptors.splice(0)
  for (const { id } of membersIn(lab.world, 'group.web')) lab.world.setHealth(id, null)
  lab.clock.pass(300_000)
  for (let runs = 0; runs < 3; runs++) {
    const plan = await lab.plan()
    if (doings(plan).length === 0 || isRefused(plan)) break
    const { outcome } = await lab.apply({ plan, approved: new Set(['canary.group.web']) })
    expect(outcome.result, outcome.failure?.message).toBe('done')
  }
}

describe('a roll, whatever its settings and whatever fails', () => {
  it('keeps what it promises, ends, and is finished by the next apply', { timeout: patience }, async () => {
    const property = asyncProperty(cases, async (trial) => {
      using lab = await readyToRoll(trial)
      lab.configure(yaml(trial, trial.after))
      const plan = await lab.plan()
      expectSoundSteps(plan)
      if (isRefused(plan)) {
        expect(plan.refusals.map(({ kind }) => kind)).toEqual(['quorum'])
        return
      }
      const watch = rollWatch(lab.world, 'group.web', promisesOf(trial))
      const broke = breaker(lab.world, trial.failsAt)
      lab.world.interceptors.push(watch.interceptor, dudsOf(lab.world, trial.duds), broke.interceptor)
      const first: Applied = await lab.apply({ plan })
      expectGated(plan, first.events)
      expectTruth(lab)
      if (!broke.hit()) expect(watch.broken).toEqual([])
      if (first.outcome.result !== 'done') {
        const second = await lab.apply({ plan, approved: new Set(['canary.group.web']) })
        expectTruth(lab)
        if (!broke.hit()) expect(watch.broken).toEqual([])
        expect(['done', 'partial', 'failed', 'stale']).toContain(second.outcome.result)
      }
      await finish(lab)
      const last = await lab.plan()
      if (isRefused(last)) return
      expect(doings(last)).toEqual([])
      expectTruth(lab)
      expect(membersIn(lab.world, 'group.web')).toHaveLength(trial.after.size)
    })
    await holds('rollouts', property, scale.applied)
  })
})
