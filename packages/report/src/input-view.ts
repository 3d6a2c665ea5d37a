import type { Address, ObjectSchema, Unit, Value, ValueMap } from '@forgeplan/model'
import { compareText, isLate, sameValue } from '@forgeplan/model'
import { clip, escapeText } from './escape.ts'
import { templateOf } from './expression.ts'
import { memberFields, memberTemplate, templated } from './member-template.ts'
import { fieldSchema, sensitiveText, valueText } from './value-text.ts'
import type { FieldView } from './view.ts'
import { count } from './words.ts'

interface Made {
  readonly address: Address
  readonly inputs: ValueMap
}

/** The inputs of objects that are made alike: each field once; what differs only by member as its template. */
export const inputViews = (made: readonly Made[], schema: ObjectSchema | undefined, unit: Unit | undefined): readonly FieldView[] => {
  const names = new Set<string>()
  for (const { inputs } of made) for (const name of Object.keys(inputs)) names.add(name)
  const dependent = memberFields(unit)
  const templates = made.length > 1 ? made.map(({ address }) => memberTemplate(address, unit)) : []
  return [...names].toSorted(compareText).flatMap((name): readonly FieldView[] => {
    const values = made.map(({ inputs }) => (Object.hasOwn(inputs, name) ? inputs[name] : undefined))
    const merge = (value: Value | undefined, at: number): Value | undefined => {
      const template = templates[at]
      return value === undefined || template === null || template === undefined ? value : templated(value, template, dependent.has(name))
    }
    const text = (value: Value | undefined): string => inputText(value, schema, name)
    const value = sharedText(values, merge, text)
    return value === null ? [] : [{ kind: 'set', name: clip(escapeText(name), 120), value }]
  })
}

type Values = readonly (Value | undefined)[]

const sharedText = (
  values: Values,
  merge: (value: Value | undefined, at: number) => Value | undefined,
  text: (value: Value | undefined) => string,
): string | null => {
  const [first] = values
  if (allSame(values)) return first === undefined || first === null ? null : text(first)
  const merged = values.map(merge)
  if (allSame(merged)) return text(merged[0])
  const samples = [...new Set(values.slice(0, 50).map(text))].slice(0, 3)
  return `differs per member: ${samples.join(', ')}, ...`
}

const allSame = ([first, ...rest]: Values): boolean =>
  rest.every((value) => value === first || (first !== undefined && value !== undefined && sameValue(value, first)))

const inputText = (value: Value | undefined, schema: ObjectSchema | undefined, name: string): string => {
  const of = fieldSchema(schema, name)
  const template = of?.kind === 'secret' ? undefined : templateOf(value)
  if (template?.includes('\n') === true) return `(${count(template.replace(/\n$/, '').split('\n').length, 'line')})`
  return isLate(value) && of?.kind === 'secret' ? sensitiveText : valueText(value, of, 'after')
}
