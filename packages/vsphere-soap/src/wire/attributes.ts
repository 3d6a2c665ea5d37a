import type { Tag } from './reader.ts'

const xsi = 'http://www.w3.org/2001/XMLSchema-instance'

/** Which name space a prefix means, in one element and those within it that declare nothing. */
export class Scope {
  readonly #declared: readonly (readonly [string, string])[]
  readonly #outer: Scope | null

  constructor(declared: readonly (readonly [string, string])[] = [], outer: Scope | null = null) {
    this.#declared = declared
    this.#outer = outer
  }

  /** The name space of a prefix; of an empty prefix, that of names without one. */
  of(prefix: string): string {
    for (let index = this.#declared.length - 1; index >= 0; index -= 1) {
      const [name, space] = this.#declared[index] as readonly [string, string]
      if (name === prefix) return space
    }
    return this.#outer?.of(prefix) ?? ''
  }

  /** This one with more. Nothing is copied: the simulator declares a prefix in every value. */
  with(declared: readonly (readonly [string, string])[]): Scope {
    return new Scope(declared, this)
  }
}

/**
 * The attributes of the element that is being read. They are taken one by one: of an answer's time, making an object of them
 * for each element and walking through it took the most.
 */
export class Attributes {
  #type: string | null = null
  #typed: (readonly [string, string])[] = []
  #declared: (readonly [string, string])[] = []

  take(name: string, value: string): void {
    if (name === 'type') this.#type = value
    else if (name.endsWith(':type')) this.#typed.push([name.slice(0, -5), value])
    else if (name === 'xmlns') this.#declared.push(['', value])
    else if (name.startsWith('xmlns:')) this.#declared.push([name.slice(6), value])
  }

  clear(): void {
    this.#type = null
    if (this.#typed.length > 0) this.#typed = []
    if (this.#declared.length > 0) this.#declared = []
  }

  /** The scope of the element. Most declare nothing and share that of the one around them. */
  scopeWithin(outer: Scope): Scope {
    return this.#declared.length === 0 ? outer : outer.with(this.#declared)
  }

  tag(qualified: string, scope: Scope): Tag {
    const colon = qualified.indexOf(':')
    const name = colon < 0 ? qualified : qualified.slice(colon + 1)
    const space = scope.of(colon < 0 ? '' : qualified.slice(0, colon))
    return { name, space, xsiType: this.#xsiType(scope), type: this.#type }
  }

  // The prefix is the server's choice: vCenter writes xsi:type, its simulator XMLSchema-instance:type.
  #xsiType(scope: Scope): string | null {
    for (const [prefix, value] of this.#typed) {
      if (scope.of(prefix) === xsi) return value.slice(value.indexOf(':') + 1)
    }
    return null
  }
}
