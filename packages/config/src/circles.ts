import type { Span, UnitName } from '@forgeplan/model'
import { compareAddress } from '@forgeplan/model'
import type { Edges } from './blocks/units.ts'
import type { Problems } from './problems.ts'

type Graph = ReadonlyMap<UnitName, Edges>

/** Reports every knot of blocks that wait for each other, once, by a shortest circle through it. */
export const reportCircles = (graph: Graph, problems: Problems): void => {
  const waiting = unfinished(graph)
  // The other way round as well, which takes away what only waits for a circle.
  const inKnot = unfinished(reversed(graph, waiting))
  const told = new Set<UnitName>()
  for (const start of [...inKnot].toSorted(compareAddress)) {
    if (told.has(start)) continue
    const circle = circleThrough(start, graph, inKnot)
    if (circle.length === 0 || circle.some((name) => told.has(name))) continue
    for (const name of circle) told.add(name)
    reportCircle(circle, graph, problems)
  }
}

type Edged = ReadonlyMap<UnitName, { keys(): Iterable<UnitName> }>

// Takes away, again and again, what waits for nothing that is left; what stays is in a circle or waits for one.
const unfinished = (graph: Edged): ReadonlySet<UnitName> => {
  const waiting = new Map([...graph].map(([name, edges]) => [name, [...edges.keys()].filter((to) => graph.has(to)).length] as const))
  const dependents = reversed(graph, new Set(graph.keys()))
  const ready = [...waiting].filter(([, count]) => count === 0).map(([name]) => name)
  for (let name = ready.pop(); name !== undefined; name = ready.pop()) {
    waiting.delete(name)
    for (const dependent of dependents.get(name) ?? []) {
      const left = (waiting.get(dependent) ?? 0) - 1
      waiting.set(dependent, left)
      if (left === 0) ready.push(dependent)
    }
  }
  return new Set(waiting.keys())
}

const reversed = (graph: Edged, within: ReadonlySet<UnitName>): ReadonlyMap<UnitName, ReadonlySet<UnitName>> => {
  const turned = new Map([...within].map((name) => [name, new Set<UnitName>()] as const))
  for (const name of within) for (const to of graph.get(name)?.keys() ?? []) turned.get(to)?.add(name)
  return turned
}

// Breadth first, so that the circle is a shortest one; empty if `start` only waits for a circle.
const circleThrough = (start: UnitName, graph: Graph, within: ReadonlySet<UnitName>): readonly UnitName[] => {
  const from = new Map<UnitName, UnitName>()
  const queue: UnitName[] = [start]
  for (const name of queue) {
    for (const to of graph.get(name)?.keys() ?? []) {
      if (to === start) return walkBack(name, start, from)
      if (!within.has(to) || from.has(to)) continue
      from.set(to, name)
      queue.push(to)
    }
  }
  return []
}

const walkBack = (last: UnitName, start: UnitName, from: ReadonlyMap<UnitName, UnitName>): readonly UnitName[] => {
  const path: UnitName[] = [last]
  for (let at = last; at !== start;) {
    at = from.get(at) ?? start
    path.push(at)
  }
  return path.toReversed()
}

const reportCircle = (circle: readonly UnitName[], graph: Graph, problems: Problems): void => {
  const closed = [...circle, ...circle.slice(0, 1)]
  const steps = circle.map((name, i) => ({
    span: graph.get(name)?.get(closed[i + 1] as UnitName) as Span,
    label: `${name} waits for ${closed[i + 1]}`,
  }))
  const path = closed.length > 20 ? [...closed.slice(0, 18), `... ${closed.length - 19} more ...`, closed.at(-1)] : closed
  const detail = `${path.join(' -> ')}: each waits for the next, so none can be made first. Remove one of these references or dependsOn entries.`
  problems.error('FORGE2022', steps[0]?.span, () => detail, steps.slice(1, 20))
}
