import type { Change, Gate, ObjectSchema, Plan, Risk, StepId, TypeName, UnitName } from '@forgeplan/model'
import { stepId, unitOf, versionOf } from '@forgeplan/model'
import type { Doing } from './fold-changes.ts'
import { foldWithSuccessors, pairUp } from './fold-successors.ts'
import { isWaited } from './gate-name.ts'
import type { RollView } from './roll-view.ts'
import { wavesText } from './roll-words.ts'
import type { BlockView, Level, UnitView } from './view.ts'
import type { ShownAction } from './words.ts'
import { actionOrder, count, gateText } from './words.ts'

type Schemas = ReadonlyMap<TypeName, ObjectSchema>

/** The units that change, in natural order, and how many do not. */
export const unitViews = (
  plan: Plan,
  schemas: Schemas,
  rolls: readonly RollView[],
): { readonly units: readonly UnitView[]; readonly untouched: number } => {
  const changes = changesByUnit(plan.changes)
  const gates = gatesByUnit(plan, rolls)
  const rolled = new Map(rolls.map((roll) => [roll.unit, roll]))
  const levels = levelsByUnit(plan)
  const configured = new Map(plan.desired.units.map((unit) => [unit.name, unit]))
  const touched = [...changes].filter(([, of]) => of.some((change) => change.action !== 'keep'))
  const units = touched.map(([unit, of]): UnitView => {
    const size = sizes(unit, of)
    const doing = of.filter((change): change is Doing => change.action !== 'keep')
    const blocks = foldWithSuccessors(doing, { unit: configured.get(unit), sizeBefore: size.before, schemas })
    return {
      unit,
      level: worse(levels.get(unit) ?? 'low', levelOfActions(doing)),
      size,
      counts: countActions(of),
      reasons: distinctReasons(blocks),
      gates: gateTexts(gates.get(unit) ?? []),
      roll: rollText(rolled.get(unit)),
      blocks,
    }
  })
  return { units, untouched: changes.size - touched.length }
}

/** The changes of each unit, in their order. */
export const changesByUnit = (changes: readonly Change[]): ReadonlyMap<UnitName, readonly Change[]> => {
  const byUnit = new Map<UnitName, Change[]>()
  for (const change of changes) {
    const unit = unitOf(change.address)
    const of = byUnit.get(unit)
    if (of === undefined) byUnit.set(unit, [change])
    else of.push(change)
  }
  return byUnit
}

/** How a unit rolls, in one line; null where it does not. */
export const rollText = (roll: RollView | undefined): string | null => (roll === undefined ? null : `rolls in ${wavesText(roll)}`)

// What a roll says of its own gates is not said again.
const gatesByUnit = (plan: Plan, rolls: readonly RollView[]): ReadonlyMap<UnitName, readonly Gate[]> => {
  const byUnit = new Map<UnitName, Gate[]>()
  const told = new Set<StepId>(plan.rolls.flatMap(({ waves }) => waves.flatMap(({ gate, ask }) => [gate, ask])).filter((id) => id !== null))
  for (const { unit } of rolls) told.add(stepId('gate', unit))
  for (const step of plan.steps) {
    if (step.kind !== 'gate' || !isWaited(step.gate) || told.has(step.id)) continue
    const of = byUnit.get(step.gate.unit)
    if (of === undefined) byUnit.set(step.gate.unit, [step.gate])
    else of.push(step.gate)
  }
  return byUnit
}

const order: readonly Level[] = ['low', 'medium', 'high']

export const worse = (a: Level, b: Level): Level => (order.indexOf(a) > order.indexOf(b) ? a : b)

const levelsByUnit = (plan: Plan): ReadonlyMap<UnitName, Level> => {
  const levels = new Map<UnitName, Level>()
  const raise = (unit: UnitName, level: Level): void => void levels.set(unit, worse(levels.get(unit) ?? 'low', level))
  for (const risk of plan.risks) for (const unit of unitsOf(risk)) raise(unit, risk.severity)
  for (const refusal of plan.refusals) for (const unit of unitsOf(refusal)) raise(unit, 'high')
  return levels
}

const unitsOf = ({ addresses }: Pick<Risk, 'addresses'>): ReadonlySet<UnitName> => new Set(addresses.map(unitOf))

const levelOfActions = (changes: readonly Doing[]): Level =>
  changes.some((change) => change.action === 'delete' || change.action === 'replace') ? 'medium' : 'low'

const sizes = (unit: UnitName, changes: readonly Change[]): { readonly before: number; readonly after: number } => {
  const isMember = ({ address }: Change): boolean =>
    address === (unit as string) || address.startsWith(`${unit}/`) || versionOf(address) !== undefined
  const members = changes.filter(isMember)
  // A vanished or half-made member already had its place.
  const before = members.filter((change) =>
    change.action === 'create' ? (change.replaces ?? change.resumes) !== null : change.action !== 'import',
  )
  const after = members.filter((change) => change.action !== 'delete' && change.action !== 'release' && change.action !== 'forget')
  return { before: before.length, after: after.length }
}

/** How many members of one unit each action is done to; a member and its successor are one. */
export const countActions = (changes: readonly Change[]): Readonly<Partial<Record<ShownAction, number>>> => {
  const { pairs, others } = pairUp(changes)
  const counts = new Map<ShownAction, number>(pairs.length === 0 ? [] : [['succeed', pairs.length]])
  const kept = changes.filter(({ action }) => action === 'keep')
  for (const { action } of [...kept, ...others]) counts.set(action, (counts.get(action) ?? 0) + 1)
  return Object.fromEntries(actionOrder.flatMap((action) => (counts.has(action) ? [[action, counts.get(action)]] : [])))
}

const distinctReasons = (blocks: readonly BlockView[]): readonly string[] => [...new Set(blocks.map((block) => block.reason))]

const gateTexts = (gates: readonly Gate[]): readonly string[] => {
  const times = new Map<string, number>()
  for (const gate of gates) times.set(gateText(gate), (times.get(gateText(gate)) ?? 0) + 1)
  return [...times].map(([text, amount]) => (amount === 1 ? text : `${count(amount, 'time')}: ${text}`))
}
