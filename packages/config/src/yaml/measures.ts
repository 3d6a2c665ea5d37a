import type { Node } from '../tree.ts'

interface Measure {
  /** Number of values in it, aliases counted as what they repeat. */
  readonly weight: number
  /** Levels of maps and lists. */
  readonly height: number
}

/** Sizes of nodes, each computed once although many aliases may share it. */
export class Measures {
  readonly #known = new Map<Node, Measure>()

  of(node: Node): Measure {
    if (node.kind === 'scalar') return { weight: 1, height: 0 }
    const known = this.#known.get(node)
    if (known !== undefined) return known
    const children = node.kind === 'list' ? node.items : [...node.entries.values()].map((entry) => entry.value)
    let weight = 1
    let height = 0
    for (const child of children) {
      const measure = this.of(child)
      weight += measure.weight
      height = Math.max(height, measure.height)
    }
    this.#known.set(node, { weight, height: height + 1 })
    return { weight, height: height + 1 }
  }
}
