import type { PlainMap } from '@forgeplan/model'
import type { ApplyOptions, Lab } from '@forgeplan/testkit'
import { membersIn } from '../support/roll-watch.ts'

/** A roll that a person may watch: a group of web servers, what happens to it, and how it ends. */
export interface Rollout {
  readonly before: Group
  readonly after: Group
  /** What other people did in between. */
  readonly meanwhile?: (lab: Lab) => void
  /** What goes wrong from then on. */
  readonly trouble?: (lab: Lab) => void
  /** The runs of one saved plan, in order; one if absent. */
  readonly runs?: readonly Run[]
}

export interface Run {
  readonly options?: (lab: Lab) => Partial<ApplyOptions>
  /** Before the run. */
  readonly meanwhile?: (lab: Lab) => void
}

interface Group {
  readonly size?: number
  readonly ids?: readonly string[]
  readonly image?: string
  readonly memory?: string
  readonly update?: PlainMap
  readonly more?: PlainMap
}

/** The text of a configuration with one group and what depends on it. */
export const rolloutYaml = ({ size = 3, ids, image = 'debian-12', memory = '1GiB', update, more = {} }: Group): string =>
  JSON.stringify({
    stack: 'shop',
    providers: { here: { plugin: 'sim', world: 'golden' } },
    flavors: { web: { plugin: 'simflavor', init: 'serve', drain: true } },
    groups: {
      web: {
        ...(ids === undefined ? { size } : { ids }),
        instance: { provider: 'here', image, memory },
        flavor: 'web',
        healthTimeout: '2m',
        ...(update === undefined ? {} : { update }),
        ...more,
      },
    },
    policy: { maxDestroy: '100%' },
  })

const next = { image: 'debian-13' }
const member = (lab: Lab, at: number) => {
  const found = membersIn(lab.world, 'group.web')[at]
  if (found === undefined) throw new Error(`there is no member ${at}`)
  return found.id
}
const sick = { kind: 'unhealthy', why: 'connection refused' } as const
const breakNew = (lab: Lab): void =>
  void lab.world.interceptors.push(async (about, proceed) => {
    const result = await proceed()
    const made = about.verb === 'create' ? lab.world.objects().find(({ uid }) => uid === about.target?.uid) : undefined
    if (made !== undefined) lab.world.setHealth(made.id, sick)
    return result
  })
const mend = (lab: Lab): void => {
  lab.world.interceptors.splice(0)
  for (const { id } of membersIn(lab.world, 'group.web')) lab.world.setHealth(id, null)
}
const stopAfter =
  (calls: number) =>
  (lab: Lab): Partial<ApplyOptions> => {
    const stop = new AbortController()
    let seen = 0
    lab.world.interceptors.push(async (about, proceed) => {
      const result = await proceed()
      if (about.mutating && ++seen === calls) stop.abort()
      return result
    })
    return { stop: stop.signal }
  }

export const rollouts: Readonly<Record<string, Rollout>> = {
  'one at a time': { before: {}, after: next },
  'in batches': { before: { size: 6 }, after: { ...next, size: 6, update: { batch: 2, healthyFor: '20s' } } },
  surge: { before: {}, after: { ...next, update: { maxSurge: 1, checks: 2, interval: '5s' } } },
  'restart in place': { before: {}, after: { memory: '2GiB' } },
  'pets keep their names': { before: { ids: ['a', 'b', 'c'] }, after: { ...next, ids: ['a', 'b', 'c'] } },
  'canary stopped': { before: {}, after: { ...next, update: { canary: 1 } } },
  'canary approved later': {
    before: {},
    after: { ...next, update: { canary: 1 } },
    runs: [{}, { options: () => ({ approved: new Set(['canary.group.web']) }) }],
  },
  'deadline passed': { before: {}, after: { ...next, update: { timeout: '1m' } }, trouble: breakNew },
  'resumed after a deadline': {
    before: {},
    after: { ...next, update: { timeout: '1m' } },
    trouble: breakNew,
    runs: [{}, { meanwhile: mend }],
  },
  'interrupted and resumed': { before: {}, after: next, runs: [{ options: stopAfter(2) }, { meanwhile: mend }] },
  'one failure is tolerated': {
    before: { size: 4 },
    after: { ...next, size: 4, update: { maxUnavailable: 2, maxFailures: 1, timeout: '1m' } },
    trouble: (lab) => {
      let made = 0
      lab.world.interceptors.push(async (about, proceed) => {
        const result = await proceed()
        const object = about.verb === 'create' ? lab.world.objects().find(({ uid }) => uid === about.target?.uid) : undefined
        if (object !== undefined && made++ === 0) lab.world.setHealth(object.id, sick)
        return result
      })
    },
  },
  'scale down with change': { before: { size: 6 }, after: { ...next, size: 3 } },
  'scale up with change': { before: { size: 2 }, after: { ...next, size: 4 } },
  'quorum refused': {
    before: { more: { quorum: 'majority' } },
    after: { ...next, update: { batch: 2 }, more: { quorum: 'majority' } },
    runs: [],
  },
  'unwell member first, leader last': {
    before: {},
    after: next,
    meanwhile: (lab) => {
      lab.world.setLeader(member(lab, 0))
      lab.world.setHealth(member(lab, 2), sick)
    },
  },
  healed: {
    before: { more: { healUnhealthy: { checks: 2, interval: '5s' } } },
    after: { more: { healUnhealthy: { checks: 2, interval: '5s' } } },
    meanwhile: (lab) => lab.world.setHealth(member(lab, 1), sick),
  },
  'unwell and left alone': { before: {}, after: {}, meanwhile: (lab) => lab.world.setHealth(member(lab, 1), sick) },
  'drain fails': {
    before: {},
    after: next,
    trouble: (lab) => (lab.world.failsDrains = true),
  },
}
