import type { UnitName } from '@forgeplan/model'

/** Who waits for whom, by unit. */
export type Dependencies = ReadonlyMap<UnitName, readonly UnitName[]>

/** Units after everything they depend on; within that, the order of the map. `expand` has refused cycles. */
export const unitsInOrder = (dependencies: Dependencies): readonly UnitName[] => {
  const order: UnitName[] = []
  const seen = new Set<UnitName>()
  for (const unit of dependencies.keys()) visit(unit, dependencies, seen, order)
  return order
}

const visit = (start: UnitName, dependencies: Dependencies, seen: Set<UnitName>, order: UnitName[]): void => {
  // A loop of its own: a chain of ten thousand units must not end in a stack overflow.
  const path: { readonly unit: UnitName; next: number }[] = []
  const enter = (unit: UnitName): void => {
    if (seen.has(unit) || !dependencies.has(unit)) return
    seen.add(unit)
    path.push({ unit, next: 0 })
  }
  enter(start)
  for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
    const next = dependencies.get(top.unit)?.[top.next++]
    if (next !== undefined) enter(next)
    else order.push((path.pop() as { unit: UnitName }).unit)
  }
}

/** `start` and everything it depends on, directly or not. */
export const closureOf = (start: Iterable<UnitName>, dependencies: Dependencies): ReadonlySet<UnitName> => {
  const reached = new Set<UnitName>()
  const queue = [...start]
  for (let unit = queue.pop(); unit !== undefined; unit = queue.pop()) {
    if (reached.has(unit)) continue
    reached.add(unit)
    queue.push(...(dependencies.get(unit) ?? []))
  }
  return reached
}

/**
 * The distance of each unit from the ground: 0 where it depends on nothing. Units of one level never wait for each
 * other, so a barrier between levels honours every dependency with two edges a unit.
 */
export const levelsOf = (dependencies: Dependencies): ReadonlyMap<UnitName, number> => {
  const levels = new Map<UnitName, number>()
  for (const unit of unitsInOrder(dependencies)) {
    const below = (dependencies.get(unit) ?? []).map((name) => levels.get(name) ?? -1)
    levels.set(unit, 1 + below.reduce((high, level) => Math.max(high, level), -1))
  }
  return levels
}

/** Only the units that take part, those that `dependencies` does not know included, tied through those that do not. */
export const restrict = (dependencies: Dependencies, units: ReadonlySet<UnitName>): Dependencies => {
  const all = new Map([...[...units].map((unit) => [unit, []] as const), ...dependencies])
  const near = new Map<UnitName, readonly UnitName[]>()
  for (const unit of unitsInOrder(all)) {
    const below = (all.get(unit) ?? []).flatMap((name) => (units.has(name) ? [name] : (near.get(name) ?? [])))
    near.set(unit, [...new Set(below)])
  }
  return new Map([...near].filter(([unit]) => units.has(unit)))
}

/** The same ties, seen from the other end. */
export const reversed = (dependencies: Dependencies): Dependencies => {
  const back = new Map<UnitName, UnitName[]>([...dependencies.keys()].map((unit) => [unit, []]))
  for (const [unit, list] of dependencies) for (const name of list) back.get(name)?.push(unit)
  return back
}

/** Whether there are more ties between units than members: barriers between levels then cost fewer edges. */
export const dense = (dependencies: Dependencies, members: number): boolean =>
  [...dependencies.values()].reduce((sum, list) => sum + list.length, 0) > members
