import type { Address, Basis, Change, Checked, Context, Diagnostic, Plan, Renamed, Step } from '@forgeplan/model'
import { bad, compareAddress, good, isMember, ownerOf } from '@forgeplan/model'
import { basisDigest } from './safety/basis.ts'
import type { Brakes } from './safety/brakes.ts'
import { brakesOf, detachedPetRefusal, protectedRefusal, unreadableRefusal } from './safety/brakes.ts'
import { drainsOf, leadsOf, leavesOf, traitsOf } from './order/traits.ts'
import { rollProblems } from './roll/problems.ts'
import type { Rolling } from './roll/rolls.ts'
import { rollingOf } from './roll/rolls.ts'
import { quorumBrake } from './safety/quorum.ts'
import { claimsOf } from './safety/claims.ts'
import type { Comparison } from './changes/compare.ts'
import { compare } from './changes/compare.ts'
import type { ExclusiveFlow } from './members/exclusive.ts'
import { exclusiveFlow, exclusiveProblems, exclusiveTrades } from './members/exclusive.ts'
import { importProblems, surplusWarnings, withImports } from './changes/import.ts'
import { outputChanges } from './changes/outputs.ts'
import { refreshChanges, standingOutputs } from './changes/refresh.ts'
import { removalsOf, standingPolicies } from './changes/removals.ts'
import type { Removal } from './changes/remove.ts'
import { planIdOf } from './plan-id.ts'
import type { PlanRequest } from './request.ts'
import { sightOf } from './request.ts'
import { risksOf } from './safety/risks.ts'
import { stepsOf } from './order/steps.ts'
import type { Survey } from './members/survey.ts'
import { survey } from './members/survey.ts'
import { narrow, selectionOf, targetDiagnostics } from './changes/target.ts'

/**
 * The plan from what is wanted to what stands: pure, deterministic, without clock or ids of its own. Refusals do not
 * make it bad; they are part of it, and apply honours them.
 */
export const plan = (request: PlanRequest): Checked<Plan> => {
  const land = survey(request)
  const comparison = compare(land)
  const removals =
    request.options.mode === 'refresh-only'
      ? []
      : removalsOf(land, comparison.rosters, new Set([...comparison.wanted.keys(), ...released(comparison)]))
  const decided = decidedChanges(land, comparison, removals)
  const flow = exclusiveFlow(decided.changes, land.located.rows, request.catalog)
  const rolling = rollingOf(decided.changes, { request, rows: land.located.rows, flow })
  const parts = { land, comparison, removals, ...decided, flow, rolling }
  const problems = problemsOf(parts)
  if (problems.some(({ severity }) => severity === 'error')) return bad(problems)
  return good(assemble({ ...parts, warnings: problems }))
}

const released = ({ changes }: Comparison): readonly Address[] =>
  changes.flatMap((change) => (change.action === 'release' ? [change.address] : []))

interface Decided {
  readonly changes: readonly Change[]
  readonly renamed: readonly Renamed[]
}

const decidedChanges = (land: Survey, comparison: Comparison, removals: readonly Removal[]): Decided => {
  const { rows } = land.located
  if (land.request.options.mode === 'refresh-only') return { changes: inOrder(refreshChanges(land)), renamed: [] }
  const selected = selectionOf(land)
  const standing = withImports(comparison.changes, land)
  const all = [...standing, ...removals.map(({ change }) => change)]
  return {
    changes: inOrder(narrow(all, selected, rows)),
    renamed: comparison.renamed.filter(({ to }) => selected(to)).toSorted((a, b) => compareAddress(a.to, b.to)),
  }
}

const inOrder = (changes: readonly Change[]): readonly Change[] => changes.toSorted((a, b) => compareAddress(a.address, b.address))

const problemsOf = ({ land, comparison, changes, flow, rolling }: Omit<Parts, 'warnings'>): readonly Diagnostic[] => [
  ...land.located.problems,
  // A refresh changes nothing in the world: what a change would cost is no matter then.
  ...(land.request.options.mode === 'refresh-only' ? [] : comparison.problems),
  ...targetDiagnostics(land, new Set(comparison.wanted.keys())),
  ...importProblems(land, comparison),
  ...surplusWarnings(land),
  ...(land.request.options.mode === 'normal' ? exclusiveProblems(comparison.wanted.values()) : []),
  ...exclusiveTrades(changes, flow),
  ...rollProblems(changes, comparison, { flow, rolling }),
  ...claimsOf(land.request.state, land.request.observed).warnings,
  ...pendingWarnings(land, changes),
]

const pendingWarnings = ({ request, located }: Survey, changes: readonly Change[]): readonly Diagnostic[] =>
  changes.flatMap(({ address }): readonly Diagnostic[] => {
    const row = located.rows.get(address)
    if (row === undefined || sightOf(request.observed, row).kind !== 'pending') return []
    return [
      {
        severity: 'warning',
        code: 'FORGE3008',
        summary: 'A machine is still being made',
        detail: `An earlier operation on ${address} has not ended yet. Apply waits for it.`,
        address,
      },
    ]
  })

interface Parts extends Decided {
  readonly flow: ExclusiveFlow
  readonly rolling: Rolling
  readonly land: Survey
  readonly comparison: Comparison
  readonly removals: readonly Removal[]
  readonly warnings: readonly Diagnostic[]
}

const assemble = (parts: Parts): Plan => {
  const { land, comparison, changes, renamed, warnings } = parts
  const { request, located } = land
  const { desired, state, observed, options } = request
  const brakes = allBrakes(parts)
  const body: Omit<Plan, 'id' | 'warnings'> = {
    format: 1,
    tool: request.tool,
    stack: desired.stack,
    lineage: state.lineage,
    mode: options.mode,
    targets: options.targets.toSorted(compareAddress),
    desired,
    realms: Object.fromEntries(observed.realms),
    contexts: usedContexts(comparison, changes, renamed),
    renamed,
    changes,
    steps: planSteps(parts),
    rolls: [...parts.rolling.schedules.values()].map(({ roll }) => roll),
    outputs: planOutputs(land, comparison),
    risks: risksOf(changes, brakes.lifts, observed, located.rows),
    refusals: [...claimsOf(state, observed).refusals, ...brakes.refusals, ...refusalsOf(parts)],
    lifts: brakes.lifts,
    basis: basisOf(land, changes),
  }
  return { ...body, id: planIdOf(body, request.hash), warnings }
}

const allBrakes = ({ land, changes, rolling }: Parts): Brakes => {
  const { request, located } = land
  const { desired, options } = request
  const own = brakesOf({ changes, size: located.rows.size, limit: desired.maxDestroy, options })
  const quorum = quorumBrake({ changes, request, rows: located.rows, schedules: rolling.schedules, policyOf: standingPolicies(land) })
  return { refusals: [...own.refusals, ...quorum.refusals], lifts: [...own.lifts, ...quorum.lifts] }
}

const planOutputs = (land: Survey, { book }: Comparison): Plan['outputs'] => {
  const { desired, state, options } = land.request
  if (options.mode === 'destroy' && options.targets.length === 0) return goneOutputs(land.request)
  return outputChanges(desired, state, options.mode === 'refresh-only' ? standingOutputs(land).settled : book.settled)
}

const goneOutputs = ({ desired, state }: PlanRequest): Plan['outputs'] => outputChanges({ ...desired, outputs: [] }, state, () => undefined)

const usedContexts = ({ contexts }: Comparison, changes: readonly Change[], renamed: readonly Renamed[]): Plan['contexts'] => {
  const used = new Set([
    ...changes.flatMap((change) => ('context' in change ? [change.context] : [])),
    ...renamed.map(({ context }) => context),
  ])
  return Object.fromEntries([...contexts].filter(([id]) => used.has(id))) as Record<keyof Plan['contexts'], Context>
}

const refusalsOf = ({ land, comparison, removals, changes }: Parts): Plan['refusals'] => {
  const selected = selectionOf(land)
  const doubtful = [
    ...comparison.unreadable,
    ...removals.flatMap(({ change, unreadable }) => (unreadable === null ? [] : [{ address: change.address, why: unreadable }])),
  ]
  return [
    ...protectedRefusal(changes, standingPolicies(land)),
    ...unreadableRefusal(doubtful.filter(({ address }) => selected(address))),
    ...detachedPetRefusal(comparison.detached.filter(({ address }) => selected(address))),
  ]
}

const stayingActions: ReadonlySet<Change['action']> = new Set(['keep', 'update', 'restart', 'release'])

const planSteps = ({ land, changes, comparison, flow, rolling }: Parts): readonly Step[] => {
  const partsOf = partsByOwner(land, comparison, changes)
  const staying = new Set(changes.flatMap(({ action, address }) => (stayingActions.has(action) ? [address] : [])))
  return stepsOf({
    changes,
    dependencies: land.dependencies,
    former: land.former,
    traits: traitsOf(land),
    partsOf,
    stays: (part) => staying.has(part),
    drains: drainsOf(land),
    leaves: leavesOf(land),
    leads: leadsOf(land),
    rolls: rolling.schedules,
    shrinks: rolling.shrinks,
    exclusive: flow,
  })
}

// Parts that stand or come, under the machine at the address they are named after.
const partsByOwner = (
  { located }: Survey,
  { wanted }: Comparison,
  changes: readonly Change[],
): ReadonlyMap<Address, readonly Address[]> => {
  const owners = new Map<Address, Address[]>()
  for (const { address } of changes) {
    if (isMember(address) || !(wanted.has(address) || located.rows.has(address))) continue
    const owner = ownerOf(address)
    if (owner === address) continue
    owners.set(owner, [...(owners.get(owner) ?? []), address])
  }
  return owners
}

const basisOf = ({ request, located }: Survey, changes: readonly Change[]): readonly Basis[] =>
  changes
    .filter(({ action }) => action !== 'keep')
    .map(({ address }) => {
      const row = located.rows.get(address)
      const seen = row === undefined ? undefined : sightOf(request.observed, row)
      return { address, uid: row?.uid ?? null, digest: basisDigest(row, seen, request.hash) }
    })
