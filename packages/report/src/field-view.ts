import type { FieldChange, Schema, Value } from '@forgeplan/model'
import { canonicalJson, compareText, isLate, isList, isMap, isSensitive, sameValue } from '@forgeplan/model'
import { clip, escapeText } from './escape.ts'
import { templateOf } from './expression.ts'
import type { DiffLine } from './line-diff.ts'
import { lineDiff } from './line-diff.ts'
import { fieldSchema, sensitiveText, valueText } from './value-text.ts'
import type { FieldView } from './view.ts'
import { count } from './words.ts'

// Differences inside one field before the rest is counted; lines of one text difference likewise.
const insideLimit = 40
const diffLimit = 400
const lineLimit = 500

/** The differences of one field; a map or a keyed list shows only what differs inside. Texts are compared by lines if `compare`. */
export const fieldViews = (change: FieldChange, schema: Schema | undefined, compare: boolean): readonly FieldView[] => {
  const notes = notesOf(change)
  if (change.released) return [{ kind: 'note', name: escapeText(change.field), value: '(was managed, left as it is)', notes }]
  if (change.lost) return [lostView(change, schema, notes)]
  const pairs = expand({ name: change.field, before: change.before, after: change.after, schema })
  const shown = pairs.slice(0, insideLimit).map((pair) => pairView(pair, { notes, compare }))
  const left = pairs.length - shown.length
  if (left === 0) return shown
  return [...shown, { kind: 'note', name: escapeText(change.field), value: `${count(left, 'more difference')} inside`, notes: [] }]
}

const lostView = ({ field, after }: FieldChange, schema: Schema | undefined, notes: readonly string[]): FieldView => ({
  kind: 'change',
  name: clip(escapeText(field), 120),
  before: '(not known since the recovery)',
  after: valueText(after, schema, 'after'),
  notes,
})

const notesOf = (change: FieldChange): readonly string[] => [...effectNote(change), ...(change.drifted ? ['(drifted)'] : [])]

const effectNote = ({ effect, uncertain }: FieldChange): readonly string[] => {
  switch (effect) {
    case 'live':
      return []
    case 'restart':
      return [uncertain ? '# may restart' : '# restarts']
    case 'replace':
      return [uncertain ? '# may force replacement' : '# forces replacement']
    default:
      return effect satisfies never
  }
}

interface Pair {
  readonly name: string
  readonly before: Value | undefined
  readonly after: Value | undefined
  readonly schema: Schema | undefined
}

const expand = (pair: Pair): readonly Pair[] => {
  const inside = differencesInside(pair)
  return inside === null || inside.length === 0 ? [pair] : inside.flatMap(expand)
}

// Null where a value has no inside to look into.
const differencesInside = ({ name, before, after, schema }: Pair): readonly Pair[] | null => {
  if (isMap(before) && isMap(after)) {
    const keys = Object.keys({ ...before, ...after }).filter((key) => differ(own(before, key), own(after, key)))
    return keys.toSorted(compareText).map((key) => ({
      name: `${name}.${key}`,
      before: own(before, key),
      after: own(after, key),
      schema: fieldSchema(schema, key),
    }))
  }
  if (schema?.kind !== 'list' || schema.key === undefined || !isList(before) || !isList(after)) return null
  const left = keyed(before, schema.key)
  const right = keyed(after, schema.key)
  if (left === null || right === null) return null
  const keys = [...new Set([...left.keys(), ...right.keys()])].filter((key) => differ(left.get(key), right.get(key)))
  return keys
    .toSorted(compareText)
    .map((key) => ({ name: `${name}[${key}]`, before: left.get(key), after: right.get(key), schema: schema.of }))
}

const differ = (before: Value | undefined, after: Value | undefined): boolean =>
  before === undefined || after === undefined || !sameValue(before, after)

const own = (map: Readonly<Record<string, Value>>, key: string): Value | undefined => (Object.hasOwn(map, key) ? map[key] : undefined)

const keyed = (items: readonly Value[], key: string): ReadonlyMap<string, Value> | null => {
  const entries = items.map((item) => [isMap(item) ? item[key] : undefined, item] as const)
  const named = entries.flatMap(([name, item]) => (typeof name === 'string' ? [[name, item] as const] : []))
  return named.length === items.length ? new Map(named) : null
}

interface Look {
  readonly notes: readonly string[]
  readonly compare: boolean
}

const pairView = (pair: Pair, look: Look): FieldView => {
  const { notes } = look
  const name = clip(escapeText(pair.name), 120)
  const { before, after, schema } = pair
  if (hidden(before, schema) && hidden(after, schema)) return { kind: 'note', name, value: secretChange(before, after), notes }
  const left = templateOf(before)
  const right = templateOf(after)
  if (schema?.kind !== 'secret' && left !== undefined && right !== undefined && (left.includes('\n') || right.includes('\n')))
    return textView(name, left, right, look)
  return { kind: 'change', name, before: valueText(before, schema, 'before'), after: valueText(after, schema, 'after'), notes }
}

// A template with a secret in it is compared line by line like any text; the secret's place shows its source only.
const hidden = (value: Value | undefined, schema: Schema | undefined): boolean =>
  value !== undefined && (schema?.kind === 'secret' || (isSensitive(value) && templateOf(value)?.includes('\n') !== true))

const secretChange = (before: Value | undefined, after: Value | undefined): string => {
  if (canonicalJson(before) === canonicalJson(after)) return sensitiveText
  const from = sourceOf(before)
  const to = sourceOf(after)
  return from !== null && to !== null && from !== to ? `(sensitive, changed: ${from} -> ${to})` : '(sensitive, changed)'
}

const sourceOf = (value: Value | undefined): string | null =>
  isLate(value) && value.$late.kind === 'secret' ? clip(escapeText(value.$late.source), 100) : null

// Compared raw and made safe after, since only a few lines of a long text are shown.
const textView = (name: string, before: string, after: string, { notes, compare }: Look): FieldView => {
  const whole = before.endsWith('\n') && after.endsWith('\n')
  const left = (whole ? before.slice(0, -1) : before).split('\n')
  const right = (whole ? after.slice(0, -1) : after).split('\n')
  const diff = compare ? lineDiff(left, right, 2) : null
  if (diff === null || diff.length > diffLimit) return { kind: 'text', name, diff: null, summary: rewritten(left, right), notes }
  if (before === after) return { kind: 'note', name, value: '(sensitive, changed)', notes }
  return { kind: 'text', name, diff: diff.map(safeLine), summary: diffCounts(diff), notes }
}

const safeLine = (line: DiffLine): DiffLine => (line.kind === 'gap' ? line : { ...line, text: clip(escapeText(line.text), lineLimit) })

const rewritten = (left: readonly string[], right: readonly string[]): string =>
  `rewritten: ${count(left.length, 'line')} -> ${count(right.length, 'line')}`

const diffCounts = (diff: readonly DiffLine[]): string => {
  const put = diff.filter((line) => line.kind === 'in').length
  const out = diff.filter((line) => line.kind === 'out').length
  return `${count(put, 'line')} added, ${count(out, 'line')} removed`
}
