import type { Span, Value } from '@forgeplan/model'
import type { ScalarNode } from '../tree.ts'
import { placeIn } from '../yaml/places.ts'
import { call } from './call.ts'
import { evaluate } from './evaluate.ts'
import type { Moment, Scene } from './scene.ts'
import { refuse } from './scene.ts'
import type { Range } from './syntax.ts'
import type { Piece } from './template.ts'
import { isTemplate, readTemplate } from './template.ts'

/** What a text stands for: itself, or the value of its expressions. `undefined` after reporting problems. */
export type Reading =
  | { readonly computed: false; readonly text: string }
  | { readonly computed: true; readonly value: Value; readonly span: Span }

/** Reads a string scalar. A text that is one whole `${...}` keeps the type of its value; any other is joined. */
export const readText = (node: ScalarNode, scene: Scene): Reading | undefined => {
  const text = String(node.value)
  if (node.style === 'computed' || !isTemplate(text)) return { computed: false, text }
  const moment: Moment = { ...scene, dry: false, place: ({ start, end }) => placeIn(node, start, end) }
  const template = readTemplate(text)
  if (!template.ok) return refuse(moment, 'FORGE2001', template.range, `${template.message} Write $\${ where \${ is meant as text.`)
  const [first] = template.pieces
  if (typeof first === 'string' && template.pieces.length === 1) return { computed: false, text: first }
  if (scene.zone.fixed)
    return refuse(moment, 'FORGE2010', whole(text), 'This value decides how the rest is read, so it is written out without ${...}.')
  const value = joined(template.pieces, text, moment)
  return value === undefined ? undefined : { computed: true, value, span: node.span }
}

const whole = (text: string): Range => ({ start: 0, end: text.length })

const joined = (pieces: readonly Piece[], text: string, moment: Moment): Value | undefined => {
  const values = pieces.map((piece) => (typeof piece === 'string' ? piece : evaluate(piece.syntax, moment)))
  if (values.includes(undefined)) return undefined
  const range = pieces.length === 1 ? whole(text) : rangeOf(pieces, text)
  return pieces.length === 1 ? values[0] : call('concat', merged(values as readonly Value[]), range, moment)
}

const rangeOf = (pieces: readonly Piece[], text: string): Range => {
  const only = pieces.filter((piece) => typeof piece !== 'string')
  return only.length === 1 && only[0] !== undefined ? only[0] : whole(text)
}

// Known neighbours become one text, so that the same value is written in one way.
const merged = (values: readonly Value[]): readonly Value[] => {
  const result: Value[] = []
  for (const value of values) {
    const last = result.at(-1)
    const isText = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    if (isText && typeof last === 'string') result[result.length - 1] = last + String(value)
    else result.push(isText ? String(value) : value)
  }
  return result
}
