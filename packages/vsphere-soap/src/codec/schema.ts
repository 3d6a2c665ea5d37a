import { methodLines, typeLines } from '../vim/table.ts'

/** An element of a type or an argument of a method. */
export interface Field {
  readonly name: string
  readonly type: string
  readonly optional: boolean
  readonly list: boolean
}

/** A type of the API: its elements in the order of the schema, the inherited ones first. */
export interface Struct {
  readonly name: string
  readonly base: Struct | null
  readonly fields: readonly Field[]
  readonly byName: ReadonlyMap<string, Field>
  /** Those that a value has to have; an untyped one may stand for nothing, as in a change to a property that is now unset. */
  readonly needed: readonly Field[]
}

/** A method of the API. */
export interface Method {
  readonly name: string
  readonly args: Struct
  readonly answer: Field | null
}

/** A type by its name, or null where the table has none. */
export const structOf = (name: string): Struct | null => {
  const known = structs.get(name)
  if (known !== undefined) return known
  const line = lineOf(name)
  if (line === undefined) return null
  const [head = '', ...rest] = line.split(' ')
  const [, baseName] = head.split('<')
  const base = baseName === undefined ? null : structOf(baseName)
  const struct = structFrom(name, base, [...(base?.fields ?? []), ...rest.map(fieldFrom)])
  structs.set(name, struct)
  return struct
}

/** A method by its name, or null where the table has none. */
export const methodOf = (name: string): Method | null => {
  methodTable ??= tableFrom(methodLines)
  const line = methodTable.get(name)
  if (line === undefined) return null
  const rest = line.split(' ').slice(1)
  const answer = rest.find((each) => each.startsWith('='))
  const args = rest.filter((each) => each !== answer).map(fieldFrom)
  return { name, args: structFrom(name, null, args), answer: answer === undefined ? null : fieldFrom(answer) }
}

/** Whether a type is another or derives from it. */
export const derives = (struct: Struct, from: string): boolean =>
  struct.name === from || (struct.base !== null && derives(struct.base, from))

// A line is read when its type is first met: the whole table takes no part in the start.
const structs = new Map<string, Struct>()
let typeTable: ReadonlyMap<string, string> | undefined
let methodTable: ReadonlyMap<string, string> | undefined

const lineOf = (name: string): string | undefined => {
  typeTable ??= tableFrom(typeLines)
  return typeTable.get(name)
}

const tableFrom = (lines: string): ReadonlyMap<string, string> =>
  new Map(
    lines
      .trim()
      .split('\n')
      .map((line) => [/^\w+/.exec(line)?.[0] ?? '', line]),
  )

const fieldFrom = (text: string): Field => {
  const at = text.indexOf(':')
  const name = text.slice(0, at)
  return { name: name.replace(/^=|[?*]+$/g, ''), type: text.slice(at + 1), optional: name.includes('?'), list: name.endsWith('*') }
}

const structFrom = (name: string, base: Struct | null, fields: readonly Field[]): Struct => ({
  name,
  base,
  fields,
  byName: new Map(fields.map((field) => [field.name, field])),
  needed: fields.filter((field) => !field.optional && field.type !== 'anyType'),
})
