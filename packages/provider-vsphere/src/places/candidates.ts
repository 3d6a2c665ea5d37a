import { compareText, nearest } from '@forgeplan/model'
import type { Named } from './naming.ts'
import { isWholePath, shown } from './naming.ts'

const most = 10

/** What a text could have meant, at most ten: the nearest first, then what contains it, then the others by name. */
export const candidatesFor = (given: string | undefined, entries: readonly Named[]): readonly string[] => {
  const labels = [...new Set(labelsOf(entries))].toSorted(namesFirst)
  if (given === undefined) return cut(labels)
  const near = nearestFirst(given, labels)
  const containing = labels.filter((each) => given !== '' && each.toLowerCase().includes(given.toLowerCase()))
  return cut([...new Set([...near, ...containing, ...labels])])
}

/** The objects' names, or their paths where a name would say too little; both can be written where a name is asked for. */
export const labelsOf = (entries: readonly Named[]): readonly string[] => {
  const times = new Map<string, number>()
  for (const { name } of entries) times.set(name, (times.get(name) ?? 0) + 1)
  return entries.map(({ name, path }) => (times.get(name) === 1 ? name : path))
}

// What needs a path, such as the root pool of every cluster, is seldom what was meant.
const namesFirst = (a: string, b: string): number => Number(isWholePath(a)) - Number(isWholePath(b)) || compareText(a, b)

const cut = (labels: readonly string[]): readonly string[] => labels.slice(0, most).map(shown)

const nearestFirst = (given: string, labels: readonly string[]): readonly string[] => {
  const rest = new Set(labels)
  const sorted: string[] = []
  for (let best = nearest(given, rest); best !== undefined && sorted.length < most; best = nearest(given, rest)) {
    sorted.push(best)
    rest.delete(best)
  }
  return sorted
}
