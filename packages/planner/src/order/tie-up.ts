import type { Address, Step, StepId, UnitName } from '@forgeplan/model'
import { stepId } from '@forgeplan/model'
import type { Chain, StepRequest, UnitTraits } from './chain.ts'
import { barrier, byUnit, waitFor } from './chain.ts'
import type { Tied } from './tie-down.ts'
import type { Dependencies } from './unit-order.ts'
import { dense, levelsOf, restrict, unitsInOrder } from './unit-order.ts'

/** Every step, and the steps after which a unit's makers are done. */
export interface Risen {
  readonly steps: readonly Step[]
  readonly exits: ReadonlyMap<UnitName, readonly StepId[]>
}

/** Makers wait for the units they depend on: through the gate of each unit, and one entry for those that wait for many. */
export const tieUp = ({ chains, barriers }: Tied, request: StepRequest): Risen => {
  const rising = chains.filter(({ up }) => up.length > 0)
  const units = byUnit(rising)
  const near = restrict(request.dependencies, new Set(units.keys()))
  const barred = dense(near, rising.length) ? levelBarriers(near, units) : null
  const needed = new Set([...near.values()].flat())
  const steps: Step[] = [...barriers]
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
    steps.push(...entry.steps, ...own.flatMap((chain) => [...chain.down, ...rise(chain, entry.ids)]))
    const gate = gateOf(unit, own, request.traits.get(unit), needed.has(unit))
    if (gate !== null) steps.push(gate)
    exits.set(unit, gate === null ? own.map(({ up }) => (up.at(-1) as Step).id) : [gate.id])
    if (barred !== null) steps.push(...barred.close(unit, exits.get(unit) ?? []))
  }
  const rest = chains.filter(({ up }) => up.length === 0).flatMap(({ down }) => down)
  return { steps: [...steps, ...rest], exits }
}

// A new object waits for what its address held before, and for what its unit waits for.
const rise = ({ down, up }: Chain, entry: readonly StepId[]): readonly Step[] =>
  up.map((each, index) => (index > 0 ? each : waitFor(each, [...entry, ...(down.length > 0 ? [(down.at(-1) as Step).id] : [])])))

interface Entry {
  readonly steps: readonly Step[]
  readonly ids: readonly StepId[]
}

const entryOf = (unit: UnitName, waits: readonly StepId[], members: number): Entry => {
  if (waits.length <= 1 || members <= 1) return { steps: [], ids: waits }
  const gate = barrier(`before.${unit}`, unit, waits)
  return { steps: [gate], ids: [gate.id] }
}

const gateOf = (unit: UnitName, chains: readonly Chain[], traits: UnitTraits | undefined, needed: boolean): Step | null => {
  const members = chains
    .filter(({ address, up }) => isMember(address) && up.some(({ kind }) => kind !== 'mark'))
    .map(({ address }) => address)
  const after = chains.map(({ up }) => (up.at(-1) as Step).id)
  if (traits?.hasHealth !== true || members.length === 0) return needed && after.length > 1 ? barrier(unit, unit, after) : null
  return {
    id: stepId('gate', unit),
    kind: 'gate',
    after,
    gate: {
      unit,
      members,
      failures: 0,
      alive: null,
      pass: { kind: 'checks', checks: 1, intervalMs: 1000 },
      deadlineMs: traits.healthTimeoutMs,
      ask: false,
    },
  }
}

const isMember = (address: Address): boolean => address.startsWith('group.') || address.startsWith('instance.')

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

/** A machine is made after its parts and goes before them. */
export const tieParts = ({ chains, barriers }: Tied, { partsOf }: StepRequest): Tied => {
  const at = new Map(chains.map((chain) => [chain.address, chain]))
  const owners = new Map([...partsOf].flatMap(([owner, parts]) => parts.map((part) => [part, owner] as const)))
  const tie = (chain: Chain): Chain => {
    const owner = at.get(owners.get(chain.address) ?? chain.address)
    const ownersEnd = owner === chain ? undefined : owner?.down.at(-1)
    const parts = (partsOf.get(chain.address) ?? []).flatMap((part) => at.get(part)?.up.at(-1)?.id ?? [])
    return {
      ...chain,
      down: chain.down.map((each, index) => (index === 0 && ownersEnd !== undefined ? waitFor(each, [ownersEnd.id]) : each)),
      up: chain.up.map((each, index) => (index === 0 ? waitFor(each, parts) : each)),
    }
  }
  return { barriers, chains: chains.map(tie) }
}
