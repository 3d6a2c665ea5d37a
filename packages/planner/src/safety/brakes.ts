import type { Address, Change, Lift, MaxDestroy, Policy, Refusal } from '@forgeplan/model'
import type { PlanOptions } from '../request.ts'
import { isVanished } from './risks.ts'
import { objects } from './objects.ts'

export interface Brakes {
  readonly refusals: readonly Refusal[]
  readonly lifts: readonly Lift[]
}

interface Load {
  readonly changes: readonly Change[]
  /** How many objects the stack holds before the plan. */
  readonly size: number
  readonly limit: MaxDestroy
  readonly options: PlanOptions
}

/** What a plan may end: at least one object, at most the configured share or number. */
export const allowance = (limit: MaxDestroy, size: number): number =>
  limit.kind === 'count' ? limit.count : Math.max(1, Math.floor((size * limit.percent) / 100))

/** The brakes on objects that end without a successor and on objects that vanished. */
export const brakesOf = (load: Load): Brakes => {
  const ending = load.changes.filter(({ action }) => action === 'delete' || action === 'release').filter(endsForGood)
  const vanished = load.options.mode === 'destroy' ? [] : load.changes.filter(isVanished)
  const results = [destroyBrake(ending, load), vanishedBrake(vanished, load)]
  return { refusals: results.flatMap(({ refusals }) => refusals), lifts: results.flatMap(({ lifts }) => lifts) }
}

// An object kept by policy is not lost, and an old image has its successors; a detached one is, as far as its group is concerned.
const endsForGood = (change: Change): boolean =>
  (change.action === 'delete' && change.reason.kind !== 'succeeded-by' && change.reason.kind !== 'superseded') ||
  (change.action === 'release' && change.why === 'detached')

const none: Brakes = { refusals: [], lifts: [] }

const destroyBrake = (ending: readonly Change[], { size, limit, options }: Load): Brakes => {
  const allowed = allowance(limit, size)
  if (ending.length === 0) return none
  if (options.mode === 'destroy')
    return { refusals: [], lifts: [{ kind: 'destroy', detail: `the end of ${objects(ending.length)} was asked for` }] }
  if (ending.length <= allowed) return none
  if (options.maxDestroy !== null && ending.length <= options.maxDestroy)
    return {
      refusals: [],
      lifts: [
        {
          kind: 'max-destroy',
          detail: `--max-destroy ${options.maxDestroy} lifts the limit of ${allowed}: ${ending.length} end without a successor`,
        },
      ],
    }
  return {
    lifts: [],
    refusals: [
      {
        kind: 'max-destroy',
        exit: 6,
        summary: `${ending.length} of ${objects(size)} would end without a successor; ${options.maxDestroy ?? allowed} may`,
        remedy: `If that is meant, allow it for this plan: --max-destroy ${ending.length} (or raise policy.maxDestroy)`,
        addresses: ending.map(({ address }) => address),
      },
    ],
  }
}

const vanishedBrake = (vanished: readonly Change[], { size, limit, options }: Load): Brakes => {
  const allowed = allowance(limit, size)
  if (vanished.length <= allowed) return none
  if (options.acceptVanished !== null && vanished.length <= options.acceptVanished)
    return {
      refusals: [],
      lifts: [
        {
          kind: 'accept-vanished',
          detail: `--accept-vanished ${options.acceptVanished} accepts that ${objects(vanished.length)} vanished`,
        },
      ],
    }
  return {
    lifts: [],
    refusals: [
      {
        kind: 'vanished',
        exit: 6,
        summary: `${vanished.length} of ${objects(size)} vanished; ${options.acceptVanished ?? allowed} may`,
        remedy: `Check that the provider looks at the right world with the right login. If they are really gone: --accept-vanished ${vanished.length}`,
        addresses: vanished.map(({ address }) => address),
      },
    ],
  }
}

/** Objects that a policy protects and the plan would end. No flag lifts this: the policy has to be changed. */
export const protectedRefusal = (changes: readonly Change[], policyOf: (address: Address) => Policy | undefined): readonly Refusal[] => {
  const hit = changes.filter(
    (change) => (change.action === 'delete' || change.action === 'replace') && policyOf(change.address)?.preventDestroy === true,
  )
  if (hit.length === 0) return []
  return [
    {
      kind: 'prevent-destroy',
      exit: 6,
      summary: `${objects(hit.length)} under preventDestroy would be destroyed`,
      remedy: 'Keep them, or take preventDestroy out of the configuration and apply that first',
      addresses: hit.map(({ address }) => address),
    },
  ]
}

/** Objects that could not be read, so that nothing true can be planned for them. */
export const unreadableRefusal = (unreadable: readonly { readonly address: Address; readonly why: string }[]): readonly Refusal[] => {
  const reasons = new Map<string, Address[]>()
  for (const { address, why } of unreadable) {
    const addresses = reasons.get(why) ?? []
    addresses.push(address)
    reasons.set(why, addresses)
  }
  return [...reasons].map(([why, addresses]) => ({
    kind: 'unreadable',
    exit: 1,
    summary: `${objects(addresses.length)} cannot be read: ${why}`,
    remedy:
      'Make them readable (the right world, a login that sees them), then plan again. Nothing is taken for absent until the platform says so',
    addresses,
  }))
}

/** Detached members that are known by name: nobody else can take their place. */
export const detachedPetRefusal = (pets: readonly { readonly address: Address; readonly where: string }[]): readonly Refusal[] =>
  pets.length === 0
    ? []
    : [
        {
          kind: 'pet-detached',
          exit: 6,
          summary: `${objects(pets.length)} known by name ${pets.length === 1 ? 'was' : 'were'} moved away (${[...new Set(pets.map(({ where }) => where))].toSorted().join(', ')})`,
          remedy: 'Move them back, or let go of them by name: forge state rm ADDRESS',
          addresses: pets.map(({ address }) => address),
        },
      ]
