import type { Action, Desired, Plan, Shape, Unit, UnitName } from '@forgeplan/model'
import { compareAddress, unitOf } from '@forgeplan/model'
import { clip, escapeText } from './escape.ts'
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
  readonly action: Action
}

/** The graph of what is wanted, with what a plan does to each unit where there is one. */
export const graphOf = (desired: Desired, plan: Plan | null): Graph => {
  const actions = plan === null ? new Map<UnitName, ReadonlyMap<Action, number>>() : actionsByUnit(plan)
  const units = new Map(desired.units.map((unit) => [unit.name, unit]))
  const names = [...new Set([...units.keys(), ...actions.keys()])].toSorted(compareAddress)
  const places = new Map(names.map((name, place) => [name, place]))
  const edges = names.flatMap((name, from) =>
    (units.get(name)?.dependsOn ?? []).flatMap((other) => {
      const to = places.get(other)
      return to === undefined ? [] : [{ from, to }]
    }),
  )
  return { stack: label(desired.stack), nodes: names.map((name) => nodeOf(name, units.get(name), actions.get(name))), edges }
}

const actionsByUnit = (plan: Plan): ReadonlyMap<UnitName, ReadonlyMap<Action, number>> => {
  const units = new Map<UnitName, Map<Action, number>>()
  for (const { address, action } of plan.changes) {
    const counts = units.get(unitOf(address)) ?? new Map<Action, number>()
    units.set(unitOf(address), counts.set(action, (counts.get(action) ?? 0) + 1))
  }
  return units
}

const nodeOf = (name: UnitName, unit: Unit | undefined, counts: ReadonlyMap<Action, number> | undefined): GraphNode => {
  const done = actionOrder.flatMap((action) => (action !== 'keep' && counts?.has(action) === true ? [action] : []))
  const marks = done.map((action) => `${actionWords[action].symbol}${String(counts?.get(action) ?? 0)}`)
  const flavor = unit?.flavor == null ? [] : [label(`flavor ${unit.flavor.name}`)]
  const what = unit === undefined ? 'not in the configuration any more' : `${sizeText(unit.shape)}${unit.type}`
  return { name: label(name), lines: [label(what), ...flavor, ...(marks.length === 0 ? [] : [marks.join(' ')])], action: done[0] ?? 'keep' }
}

const sizeText = (shape: Shape): string => {
  switch (shape.kind) {
    case 'single':
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
