import type { Ref, Seen } from '@forgeplan/vsphere-soap'
import { keyOf } from './ref-key.ts'
import { decodeName, pathOf } from './naming.ts'
import { refOf, textOf } from './properties.ts'

/** An object at its place in the inventory. */
export interface Node {
  readonly ref: Ref
  /** Decoded. */
  readonly name: string
  readonly path: string
  /** What it lies in, from its parent to the root. */
  readonly above: readonly Ref[]
  readonly seen: Seen
}

// Nobody nests so deep, and a server that says so is not believed.
const deepest = 100

/** The objects that were read, at their places; one without a name is left out. */
export const nodesOf = (all: readonly Seen[]): readonly Node[] => {
  const byKey = new Map(all.map((seen) => [keyOf(seen.ref), seen]))
  return all.flatMap((seen) => {
    const name = textOf(seen, 'name')
    if (name === undefined) return []
    const line = lineOf(seen, byKey)
    const names = line.map((each) => decodeName(textOf(each, 'name') ?? '?'))
    return [{ ref: seen.ref, name: decodeName(name), path: pathOf(names.toReversed()), above: line.slice(1).map(({ ref }) => ref), seen }]
  })
}

// From the object up. The root folder was not read, so paths begin below it.
const lineOf = (seen: Seen, byKey: ReadonlyMap<string, Seen>): readonly Seen[] => {
  const line: Seen[] = []
  for (let at: Seen | undefined = seen; at !== undefined && line.length < deepest;) {
    line.push(at)
    const parent = refOf(at, 'parent')
    at = parent === undefined ? undefined : byKey.get(keyOf(parent))
  }
  return line
}
