import type { Level } from './view.ts'

/** How much of a plan a rendering shows. */
export interface Cut {
  /** Whose field differences are written out; the others get one line that names the fields. */
  readonly fields: readonly Level[]
  /** Whose changes are listed at all under the table. */
  readonly details: readonly Level[]
  /** Whether text differences are shown line by line, or as counts. */
  readonly diffs: boolean
  /** Ranges of a list of members before the rest is counted. */
  readonly ranges: number
  /** Units of low risk in one row of the table. */
  readonly mergeLow: boolean
  /** Units that change alike in one row, whatever their risk. */
  readonly mergeAlike: boolean
  /** Rows, risks, blocks of a unit and the like before the rest is counted. */
  readonly items: number
  /** Characters of one text. */
  readonly text: number
}

const all: readonly Level[] = ['high', 'medium', 'low']
const risky: readonly Level[] = ['high', 'medium']

const whole: Cut = {
  fields: all,
  details: all,
  diffs: true,
  ranges: 100,
  mergeLow: false,
  mergeAlike: false,
  items: 500,
  text: 1000,
}

/**
 * From everything to what always fits, in the documented order: field differences of units with low risk, text
 * differences, lists of members, units with low risk in one row; only then risky units, alike ones folded first.
 */
export const cuts: readonly Cut[] = [
  whole,
  { ...whole, fields: risky },
  { ...whole, fields: risky, diffs: false },
  { ...whole, fields: risky, diffs: false, ranges: 8 },
  { ...whole, fields: risky, details: risky, diffs: false, ranges: 8, mergeLow: true },
  { ...whole, fields: [], details: risky, diffs: false, ranges: 8, mergeLow: true, text: 400 },
  { ...whole, fields: [], details: ['high'], diffs: false, ranges: 8, mergeLow: true, mergeAlike: true, text: 300 },
  { ...whole, fields: [], details: [], diffs: false, ranges: 6, mergeLow: true, mergeAlike: true, items: 100, text: 200 },
  { ...whole, fields: [], details: [], diffs: false, ranges: 4, mergeLow: true, mergeAlike: true, items: 40, text: 120 },
  { ...whole, fields: [], details: [], diffs: false, ranges: 2, mergeLow: true, mergeAlike: true, items: 10, text: 60 },
  { ...whole, fields: [], details: [], diffs: false, ranges: 1, mergeLow: true, mergeAlike: true, items: 3, text: 40 },
]
