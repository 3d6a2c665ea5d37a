import type { Address, Plan, Step, StepId, UnitName } from '@forgeplan/model'
import { unitOf } from '@forgeplan/model'
import { isWaited } from './gate-name.ts'
import type { RollIndex } from './roll-progress.ts'
import { indexRolls } from './roll-progress.ts'

/** Which steps begin and finish an object, and where they stand; made once. */
export interface StepIndex {
  readonly unitAt: ReadonlyMap<UnitName, number>
  readonly first: ReadonlySet<StepId>
  readonly last: ReadonlySet<StepId>
  readonly addressOf: ReadonlyMap<StepId, Address>
  /** Those that take in an object. */
  readonly imports: ReadonlySet<StepId>
  /** Place in the plan. */
  readonly stepAt: ReadonlyMap<StepId, number>
  readonly rolls: RollIndex
}

/** What is known of a unit before the run: its objects, those that an earlier run finished, and its gates to come. */
export interface UnitStart {
  readonly unit: UnitName
  readonly total: number
  readonly done: number
  readonly gatesLeft: number
  /** Of its roll; 0: it has none. */
  readonly waves: number
}

/** Indexes a plan's steps; `done` are those that an earlier run of the same plan finished. Linear. */
export const indexSteps = (
  plan: Pick<Plan, 'changes' | 'rolls' | 'steps'>,
  done: ReadonlySet<StepId>,
): { readonly index: StepIndex; readonly units: readonly UnitStart[] } => {
  const { steps } = plan
  const rolls = indexRolls(plan)
  const own = ownSteps(steps)
  const addressOf = new Map(own.map((step) => [step.id, step.address]))
  const { first, last } = ends(own, addressOf)
  const units = unitStarts({ first, last, done, gates: gatesLeft(steps, done), waves: rolls.wavesOf })
  return {
    index: {
      unitAt: new Map(units.map(({ unit }, at) => [unit, at])),
      first: new Set(first.values()),
      last: new Set(last.values()),
      addressOf,
      imports: importsOf(plan.changes, own),
      stepAt: new Map(steps.map(({ id }, at) => [id, at])),
      rolls,
    },
    units,
  }
}

const importsOf = (changes: Plan['changes'], own: readonly OwnStep[]): ReadonlySet<StepId> => {
  const taken = new Set(changes.flatMap(({ action, address }) => (action === 'import' ? [address] : [])))
  return new Set(own.flatMap(({ id, address }) => (taken.has(address) ? [id] : [])))
}

type OwnStep = Exclude<Step, { kind: 'gate' }>

const ownSteps = (steps: readonly Step[]): readonly OwnStep[] => steps.filter((step): step is OwnStep => step.kind !== 'gate')

// A step with no earlier step of its own object begins it; one that no step of its object waits for ends it.
const ends = (steps: readonly OwnStep[], addressOf: ReadonlyMap<StepId, Address>) => {
  const first = new Map<Address, StepId>()
  const last = new Map<Address, StepId>()
  const awaited = new Set<StepId>()
  for (const step of steps) {
    const before = step.after.filter((id) => addressOf.get(id) === step.address)
    for (const id of before) awaited.add(id)
    if (before.length === 0 && !first.has(step.address)) first.set(step.address, step.id)
  }
  for (const step of steps) if (!awaited.has(step.id)) last.set(step.address, step.id)
  return { first, last }
}

// A gate that only joins others is never told of.
const gatesLeft = (steps: readonly Step[], done: ReadonlySet<StepId>): ReadonlyMap<UnitName, number> => {
  const left = new Map<UnitName, number>()
  for (const step of steps) {
    if (step.kind !== 'gate' || !isWaited(step.gate) || done.has(step.id)) continue
    left.set(step.gate.unit, (left.get(step.gate.unit) ?? 0) + 1)
  }
  return left
}

const unitStarts = (found: {
  readonly first: ReadonlyMap<Address, StepId>
  readonly last: ReadonlyMap<Address, StepId>
  readonly done: ReadonlySet<StepId>
  readonly gates: ReadonlyMap<UnitName, number>
  readonly waves: ReadonlyMap<UnitName, number>
}): readonly UnitStart[] => {
  const units = new Map<UnitName, { total: number; done: number }>()
  for (const address of found.first.keys()) {
    const { total, done } = units.get(unitOf(address)) ?? { total: 0, done: 0 }
    const last = found.last.get(address)
    units.set(unitOf(address), { total: total + 1, done: done + (last !== undefined && found.done.has(last) ? 1 : 0) })
  }
  return [...units].map(([unit, counts]) => ({ unit, ...counts, gatesLeft: found.gates.get(unit) ?? 0, waves: found.waves.get(unit) ?? 0 }))
}
