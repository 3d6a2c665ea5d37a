import type { Step, StepId, UnitName } from '@forgeplan/model'
import { stepId } from '@forgeplan/model'
import type { Chain, StepRequest } from './chain.ts'
import { barrier, byUnit, isRolled } from './chain.ts'
import { tieShrink } from './tie-shrink.ts'
import { tieUnit } from './tie-unit.ts'
import type { Tied } from './tie-down.ts'
import type { Dependencies } from './unit-order.ts'
import { dense, levelsOf, restrict, unitsInOrder } from './unit-order.ts'

/** Every step, and the steps after which a unit's makers are done. */
export interface Risen {
  readonly steps: readonly Step[]
  readonly exits: ReadonlyMap<UnitName, readonly StepId[]>
}

/** Makers and rolls wait for the units they depend on: through the gate of each unit, and one entry for those that wait for many. */
export const tieUp = ({ chains, barriers }: Tied, request: StepRequest): Risen => {
  const rising = chains.filter((chain) => chain.up.length > 0 || isRolled(chain, request))
  const units = byUnit(rising)
  const leaving = chains.filter((chain) => chain.up.length === 0 && !isRolled(chain, request))
  const shrunk = tieShrink(leaving, request)
  const near = restrict(request.dependencies, new Set(units.keys()))
  const barred = dense(near, rising.length) ? levelBarriers(near, units) : null
  const needed = new Set([...near.values()].flat())
  const steps: Step[] = [...barriers, ...shrunk.gates]
  const exits = new Map<UnitName, readonly StepId[]>()
  for (const unit of unitsInOrder(near)) {
    const own = units.get(unit) ?? []
    const entry =
      barred?.entry(unit) ??
      entryOf(
        unit,
        (near.get(unit) ?? []).flatMap((name) => exits.get(name) ?? []),
        own.length,
      )
    const tied = tieUnit({ unit, own, entry: entry.ids, gone: shrunk.ends.get(unit) ?? [], needed: needed.has(unit) }, request)
    steps.push(...entry.steps, ...tied.steps)
    exits.set(unit, tied.exits)
    if (barred !== null) steps.push(...barred.close(unit, tied.exits))
  }
  return { steps: [...steps, ...shrunk.steps], exits }
}

interface Entry {
  readonly steps: readonly Step[]
  readonly ids: readonly StepId[]
}

const entryOf = (unit: UnitName, waits: readonly StepId[], members: number): Entry => {
  if (waits.length <= 1 || members <= 1) return { steps: [], ids: waits }
  const gate = barrier(`before.${unit}`, unit, waits)
  return { steps: [gate], ids: [gate.id] }
}

interface LevelBarriers {
  entry(unit: UnitName): Entry
  close(unit: UnitName, exits: readonly StepId[]): readonly Step[]
}

const levelBarriers = (near: Dependencies, units: ReadonlyMap<UnitName, readonly Chain[]>): LevelBarriers => {
  const levels = levelsOf(near)
  const open = new Map<number, number>()
  for (const unit of units.keys()) open.set(levels.get(unit) ?? 0, (open.get(levels.get(unit) ?? 0) ?? 0) + 1)
  const ends = new Map<number, StepId[]>()
  const id = (level: number): StepId => stepId('gate', `level.${level}`)
  return {
    entry: (unit) => ({ steps: [], ids: (levels.get(unit) ?? 0) === 0 ? [] : [id((levels.get(unit) ?? 0) - 1)] }),
    close: (unit, exits) => {
      const level = levels.get(unit) ?? 0
      const list = ends.get(level) ?? []
      list.push(...exits)
      ends.set(level, list)
      open.set(level, (open.get(level) ?? 1) - 1)
      if (open.get(level) !== 0) return []
      const below = level === 0 ? [] : [id(level - 1)]
      return [barrier(`level.${level}`, unit, [...list, ...below])]
    },
  }
}
