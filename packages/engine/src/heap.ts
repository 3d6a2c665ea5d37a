/** Numbers, the smallest first. */
export class Heap {
  readonly #items: number[] = []

  get size(): number {
    return this.#items.length
  }

  clear(): void {
    this.#items.length = 0
  }

  push(item: number): void {
    this.#items.push(item)
    let at = this.#items.length - 1
    while (at > 0 && this.#at((at - 1) >> 1) > item) {
      this.#items[at] = this.#at((at - 1) >> 1)
      at = (at - 1) >> 1
    }
    this.#items[at] = item
  }

  pop(): number | undefined {
    const top = this.#items[0]
    const last = this.#items.pop()
    if (top === undefined || last === undefined || this.#items.length === 0) return top
    this.#sink(last)
    return top
  }

  #sink(item: number): void {
    let at = 0
    for (;;) {
      const left = 2 * at + 1
      if (left >= this.#items.length) break
      const child = left + 1 < this.#items.length && this.#at(left + 1) < this.#at(left) ? left + 1 : left
      if (this.#at(child) >= item) break
      this.#items[at] = this.#at(child)
      at = child
    }
    this.#items[at] = item
  }

  #at(index: number): number {
    return this.#items[index] as number
  }
}
