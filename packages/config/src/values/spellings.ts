import type { Field, ObjectSchema, Scalar, Schema } from '@forgeplan/model'
import { formatDuration, formatSize } from '@forgeplan/model'
import type { Problems } from '../problems.ts'
import type { Entry, MapNode, Node } from '../tree.ts'
import { quote } from '../wording.ts'

/** The field that a key stands for: by its own name, or by an old spelling in any case. */
export const fieldNamed = (schema: ObjectSchema, key: string): string | undefined => {
  if (Object.hasOwn(schema.fields, key)) return key
  const folded = key.toLowerCase()
  const isMeant = (name: string, { spellings }: Field): boolean =>
    spellings !== undefined && [name, ...spellings.names].some((spelling) => spelling.toLowerCase() === folded)
  return Object.entries(schema.fields).find(([name, field]) => isMeant(name, field))?.[0]
}

/** The entry of a field, however it is spelled. */
export const entryNamed = (schema: ObjectSchema, node: MapNode, name: string): Entry | undefined =>
  node.entries.get(name) ?? [...node.entries.values()].find(({ key }) => fieldNamed(schema, key) === name)

/** The map by the fields' own names, while each entry keeps the key that is written. Old spellings are told, and fields that stand twice. */
export const byOwnNames = (schema: ObjectSchema, node: MapNode, path: string, problems: Problems): MapNode => {
  const entries = new Map<string, Entry>()
  for (const entry of node.entries.values()) {
    const name = fieldNamed(schema, entry.key) ?? entry.key
    const before = entries.get(name)
    if (before !== undefined) {
      reportTwice(before, entry, problems)
      continue
    }
    entries.set(name, entry)
    if (name !== entry.key) warnOfOld({ name, field: schema.fields[name] }, entry, path, problems)
  }
  return { ...node, entries }
}

const reportTwice = (before: Entry, after: Entry, problems: Problems): void => {
  const detail = `${quote(before.key)} and ${quote(after.key)} are one field, which can be given once. Remove one of the two.`
  problems.error('FORGE1007', after.keySpan, () => detail, [{ span: before.keySpan, label: 'first given here' }])
}

interface Named {
  readonly name: string
  readonly field: Field | undefined
}

const warnOfOld = ({ name, field }: Named, { key, keySpan }: Entry, path: string, problems: Problems): void =>
  problems.warning('FORGE1022', keySpan, () => {
    const unit = field === undefined ? undefined : unitOf(field)
    const how = unit === undefined ? '' : `, with the unit behind the number; without one it counts ${unit} each here`
    const written = path === '' ? key : `${path}.${key}`
    return `${written} is read as ${quote(name)}, which is how forge spells it. Write ${quote(name)}${how}.`
  })

/** What a plain number counts under an old spelling, as `1MiB`; undefined where it counts as it does under the own name. */
export const unitOf = ({ schema, spellings }: Field): string | undefined =>
  spellings?.scale === undefined ? undefined : String(normalText(schema, spellings.scale))

const numeric: ReadonlySet<Schema['kind']> = new Set(['integer', 'number', 'size', 'duration'])

/** What stands under an old spelling as it would stand under the own name: numbers that are texts, and numbers in other units. */
export const inOwnUnits = ({ schema, spellings }: Field, node: Node): Node => {
  const amount = node.kind === 'scalar' && numeric.has(schema.kind) ? amountOf(node.value) : undefined
  if (node.kind !== 'scalar' || amount === undefined) return node
  const { scale } = spellings ?? {}
  const value = amount * (scale ?? 1)
  if (schema.kind === 'integer' || schema.kind === 'number') return { ...node, value }
  return scale === undefined || value < 0 || !Number.isSafeInteger(value) ? node : { ...node, value: normalText(schema, value) }
}

const amountOf = (value: Scalar): number | undefined => {
  if (typeof value === 'number') return value
  return typeof value === 'string' && /^-?\d{1,15}(\.\d{1,15})?$/.test(value.trim()) ? Number(value) : undefined
}

const normalText = (schema: Schema, amount: number): Scalar =>
  schema.kind === 'size' ? formatSize(amount) : schema.kind === 'duration' ? formatDuration(amount) : amount
