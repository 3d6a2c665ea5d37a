import type { Desired, Plan, Shape, Unit, UnitName } from '@forgeplan/model'
import { compareAddress } from '@forgeplan/model'
import { clip, escapeText } from './escape.ts'
import type { RollView } from './roll-view.ts'
import { isTelling, rollViews } from './roll-view.ts'
import { changesByUnit, countActions, rollText } from './unit-views.ts'
import type { ShownAction } from './words.ts'
import { actionOrder, actionWords } from './words.ts'

/** The units of a configuration and what each needs, as data; every text in it is already safe for a terminal. */
export interface Graph {
  readonly stack: string
  /** In natural order. */
  readonly nodes: readonly GraphNode[]
  /** From a unit to what it depends on; positions in `nodes`. */
  readonly edges: readonly { readonly from: number; readonly to: number }[]
}

export interface GraphNode {
  readonly name: string
  /** What stands below the name, line by line. */
  readonly lines: readonly string[]
  /** The dearest thing that the plan does to a member; `keep` without a plan. */
  readonly action: ShownAction
}

/** The graph of what is wanted, with what a plan does to each unit where there is one. */
export const graphOf = (desired: Desired, plan: Plan | null): Graph => {
  const doings = plan === null ? new Map<UnitName, Doings>() : doingsByUnit(plan)
  const units = new Map(desired.units.map((unit) => [unit.name, unit]))
  const names = [...new Set([...units.keys(), ...doings.keys()])].toSorted(compareAddress)
  const places = new Map(names.map((name, place) => [name, place]))
  const edges = names.flatMap((name, from) =>
    (units.get(name)?.dependsOn ?? []).flatMap((other) => {
      const to = places.get(other)
      return to === undefined ? [] : [{ from, to }]
    }),
  )
  return { stack: label(desired.stack), nodes: names.map((name) => nodeOf(name, units.get(name), doings.get(name))), edges }
}

/** What a plan does to one unit. */
interface Doings {
  readonly counts: ReturnType<typeof countActions>
  readonly roll: RollView | undefined
}

const doingsByUnit = (plan: Plan): ReadonlyMap<UnitName, Doings> => {
  const rolls = new Map(
    rollViews(plan)
      .filter(isTelling)
      .map((roll) => [roll.unit, roll]),
  )
  return new Map(
    [...changesByUnit(plan.changes)].map(([unit, changes]) => [unit, { counts: countActions(changes), roll: rolls.get(unit) }]),
  )
}

const nodeOf = (name: UnitName, unit: Unit | undefined, doings: Doings | undefined): GraphNode => {
  const counts = doings?.counts ?? {}
  const roll = rollText(doings?.roll)
  const done = actionOrder.filter((action) => action !== 'keep' && counts[action] !== undefined)
  const marks = done.map((action) => `${actionWords[action].symbol}${String(counts[action])}`)
  const flavor = unit?.flavor == null ? [] : [label(`flavor ${unit.flavor.name}`)]
  const what = unit === undefined ? 'not in the configuration any more' : `${sizeText(unit.shape)}${unit.type}`
  return {
    name: label(name),
    lines: [label(what), ...flavor, ...(marks.length === 0 ? [] : [marks.join(' ')]), ...(roll === null ? [] : [roll])],
    action: done[0] ?? 'keep',
  }
}

const sizeText = (shape: Shape): string => {
  switch (shape.kind) {
    case 'single':
    case 'versions':
      return ''
    case 'sized':
      return `${String(shape.size)} x `
    case 'ids':
      return `${String(shape.ids.length)} x `
    default:
      return shape satisfies never
  }
}

const label = (text: string): string => clip(escapeText(text), 120)
