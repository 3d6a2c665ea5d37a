import type { ObjectSchema, Plan, Refusal, Risk, TypeName, UnitName } from '@forgeplan/model'
import type { DiffLine } from './line-diff.ts'
import type { Members } from './members.ts'
import type { RollView } from './roll-view.ts'
import type { ShownAction } from './words.ts'

/** A plan as a reader sees it; every text in it is already safe for a terminal, and no secret is in it. */
export interface PlanView {
  /** What the JSON form is made of. */
  readonly plan: Plan
  /** Input schemas of the types that the catalog knows. */
  readonly schemas: ReadonlyMap<TypeName, ObjectSchema>
  readonly header: Header
  readonly totals: Totals
  /** Whether applying would do anything. */
  readonly changes: boolean
  /** Units with changes, in natural order. */
  readonly units: readonly UnitView[]
  readonly untouchedUnits: number
  readonly rolls: readonly RollView[]
  /** The command that plans the way back; null: there is none, or nobody said what to go back to. */
  readonly undo: string | null
  /** Worst first. */
  readonly risks: readonly RiskView[]
  readonly refusals: readonly RefusalView[]
  readonly lifts: readonly { readonly kind: string; readonly detail: string }[]
  readonly warnings: readonly WarningView[]
  readonly renamed: readonly { readonly from: Members; readonly to: Members }[]
  readonly outputs: readonly OutputView[]
}

export interface Header {
  readonly stack: string
  readonly mode: Plan['mode']
  readonly id: string
  readonly shortId: string
  /** `new`, or the first 8 characters. */
  readonly lineage: string
  readonly targets: readonly string[]
  /** The run whose configuration it leads back to; null: it is for the present one. */
  readonly revision: number | null
}

/** Counts of objects as Terraform counts them: a replacement is one added and one destroyed, a restart a change. */
export interface Totals {
  readonly add: number
  readonly change: number
  readonly destroy: number
  readonly import: number
  /** Forgotten and released. */
  readonly forget: number
  readonly keep: number
  readonly renamed: number
}

export type Level = 'high' | 'medium' | 'low'

export interface UnitView {
  readonly unit: UnitName
  readonly level: Level
  readonly size: { readonly before: number; readonly after: number }
  readonly counts: Readonly<Partial<Record<ShownAction, number>>>
  /** Distinct, in order of the blocks. */
  readonly reasons: readonly string[]
  /** What is waited for, apart from the gates of a roll. */
  readonly gates: readonly string[]
  /** In which waves it rolls; null: it does not. */
  readonly roll: string | null
  readonly blocks: readonly BlockView[]
}

/** Identical changes of one unit. */
export interface BlockView {
  readonly action: Exclude<ShownAction, 'keep'>
  readonly members: Members
  /** Who comes before they go, in the same order; null: they are not followed by anybody. */
  readonly successors: Members | null
  readonly count: number
  readonly type: TypeName
  readonly reason: string
  readonly notes: readonly string[]
  readonly fields: readonly FieldView[]
}

/** A field of a block. `notes` are the words behind it, such as `forces replacement`. */
export type FieldView =
  | { readonly kind: 'set'; readonly name: string; readonly value: string }
  | {
      readonly kind: 'change'
      readonly name: string
      readonly before: string
      readonly after: string
      readonly notes: readonly string[]
    }
  /** Nothing to compare: only what became of it is said. */
  | { readonly kind: 'note'; readonly name: string; readonly value: string; readonly notes: readonly string[] }
  | {
      readonly kind: 'text'
      readonly name: string
      /** Null where the texts are too different to compare. */
      readonly diff: readonly DiffLine[] | null
      readonly summary: string
      readonly notes: readonly string[]
    }

export interface RiskView {
  readonly severity: Risk['severity']
  readonly kind: Risk['kind']
  readonly summary: string
  readonly where: string
}

export interface RefusalView {
  readonly kind: Refusal['kind']
  readonly exit: Refusal['exit']
  readonly summary: string
  readonly remedy: string
  readonly where: string
}

/** Warnings with the same code and summary are one. */
export interface WarningView {
  readonly severity: 'error' | 'warning'
  readonly code: string
  readonly summary: string
  readonly detail: string
  readonly count: number
}

export interface OutputView {
  readonly name: string
  readonly action: 'create' | 'update' | 'delete'
  readonly before: string
  readonly after: string
}
