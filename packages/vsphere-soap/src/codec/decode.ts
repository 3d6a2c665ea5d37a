import type { Builder, Tag } from '../wire/reader.ts'
import { malformed } from '../wire/reader.ts'
import { Flaw, holdsFlaws } from './flaw.ts'
import { decodePrimitive, isPrimitive } from './primitive.ts'
import type { Field, Struct } from './schema.ts'
import { derives, structOf } from './schema.ts'

type Put = (value: unknown) => void

/** Drops an element and all that it holds. */
export const skip: Builder = { child: () => skip, text: () => undefined, end: () => undefined }

/** Takes the items of a list as they end, in the place of collecting them. */
export interface Tap {
  readonly field: string
  readonly put: Put
}

/** Makes the value of an element of a declared type, or a Flaw. A builder throws where the table has no such type. */
export const valueBuilder = (type: string, tag: Tag, put: Put, tap?: Tap): Builder => {
  if (type === 'Ref') return refBuilder(tag, put)
  if (type === 'anyType') return anyBuilder(tag, put)
  if (isPrimitive(type)) return primitiveBuilder(type, tag.name, put)
  const declared = structOf(type)
  if (declared === null) throw malformed(`there is no type ${type}`)
  const sent = tag.xsiType === null ? declared : structOf(tag.xsiType)
  if (sent === null) return new StructBuilder(declared, put, { $type: declared.name, $as: tag.xsiType }, tap)
  if (derives(sent, declared.name)) return new StructBuilder(sent, put, { $type: sent.name }, tap)
  return { ...skip, end: () => put(new Flaw(`${tag.name} is a ${sent.name} and not a ${declared.name}`)) }
}

// What the table does not know is left out: a newer server says more than this package understands. There is one of these
// for each structure of an answer, which is why it is a class: its functions are made once.
class StructBuilder implements Builder {
  readonly #struct: Struct
  readonly #put: Put
  readonly #made: Record<string, unknown>
  readonly #tap: Tap | undefined
  #flaw: Flaw | undefined

  constructor(struct: Struct, put: Put, made: Record<string, unknown>, tap?: Tap) {
    this.#struct = struct
    this.#put = put
    this.#made = made
    this.#tap = tap
  }

  child(tag: Tag): Builder {
    const field = this.#struct.byName.get(tag.name)
    return field === undefined ? skip : valueBuilder(field.type, tag, (value) => this.#place(field, value))
  }

  text(): void {
    // Between the elements.
  }

  end(): void {
    this.#put(this.#flaw ?? completed(this.#struct, this.#made))
  }

  #place(field: Field, value: unknown): void {
    if (value instanceof Flaw && !holdsFlaws.has(this.#struct.name)) this.#flaw ??= value
    else if (field.name === this.#tap?.field) this.#tap.put(value)
    else if (!field.list) this.#made[field.name] = value
    else add(this.#made, field.name, value)
  }
}

// An empty list and no list are the same in XML.
const completed = (struct: Struct, made: Record<string, unknown>): Record<string, unknown> | Flaw => {
  for (const { name, list } of struct.needed) {
    if (made[name] !== undefined) continue
    if (!list) return new Flaw(`${struct.name} lacks its field ${name}`)
    made[name] = []
  }
  return made
}

const add = (made: Record<string, unknown>, name: string, value: unknown): void => {
  const there = made[name]
  if (Array.isArray(there)) there.push(value)
  else made[name] = [value]
}

const primitiveBuilder = (type: string, name: string, put: Put): Builder =>
  new TextBuilder((text) => put(decodePrimitive(type, text) ?? new Flaw(`${name} is not of type ${type}`)))

const refBuilder = ({ type, name }: Tag, put: Put): Builder =>
  new TextBuilder((value) => put(type === null ? new Flaw(`the reference ${name} has no type`) : { type, value }))

class TextBuilder implements Builder {
  readonly #done: (text: string) => void
  #all = ''

  constructor(done: (text: string) => void) {
    this.#done = done
  }

  child(): Builder {
    return skip
  }

  text(part: string): void {
    this.#all += part
  }

  end(): void {
    this.#done(this.#all)
  }
}

/** Makes the value of an element that says itself of which type it is. */
export const anyBuilder = (tag: Tag, put: Put): Builder => {
  const type = tag.xsiType
  if (type === null) return primitiveBuilder('string', tag.name, put)
  if (type === 'ManagedObjectReference') return refBuilder(tag, put)
  if (isPrimitive(type)) return primitiveBuilder(type, tag.name, put)
  const struct = structOf(type)
  if (struct !== null) return new StructBuilder(struct, put, { $type: struct.name })
  return type.startsWith('ArrayOf') ? arrayBuilder(itemType(type.slice(7)), put) : unknownBuilder(type, put)
}

const arrayBuilder = (type: string | null, put: Put): Builder => {
  const items: unknown[] = []
  const take: Put = (item) => void items.push(item)
  return {
    child: (tag) => (type === null ? anyBuilder({ ...tag, xsiType: tag.xsiType ?? tag.name }, take) : valueBuilder(type, tag, take)),
    text: () => undefined,
    end: () => put(items.find((item) => item instanceof Flaw) ?? items),
  }
}

// ArrayOfString, ArrayOfInt and their like name primitives in capitals.
const itemType = (name: string): string | null => {
  if (name === 'ManagedObjectReference') return 'Ref'
  const primitive = name.slice(0, 1).toLowerCase() + name.slice(1)
  if (primitive === 'anyType' || isPrimitive(primitive)) return primitive
  return structOf(name) === null ? null : name
}

// A type that the table does not have: an enumeration is its text; a structure is known by its name alone.
const unknownBuilder = (type: string, put: Put): Builder => {
  let all = ''
  let isStructure = false
  return {
    child: () => {
      isStructure = true
      return skip
    },
    text: (part) => {
      all += part
    },
    end: () => put(isStructure || all === '' ? { $as: type } : all),
  }
}
