import type { Change, Context, PlainMap, State, ValueMap } from '@forgeplan/model'
import { isKnown } from '@forgeplan/model'
import type { Touched } from '@forgeplan/sdk'

/** An object that a change touches, and what it stands by. */
export interface TouchedBy {
  readonly context: Context
  readonly object: Touched
}

/** Null where the change touches nothing that stands, as far as the state knows. */
export const touchedBy = (change: Change, { rows, contexts }: Pick<State, 'rows' | 'contexts'>): TouchedBy | null => {
  const how = howOf(change)
  const row = how === null || !('uid' in change) ? undefined : rows.get(change.uid)
  const context = row === undefined ? undefined : contexts.get(row.context)
  if (how === null || row === undefined || row.id === null || context === undefined) return null
  const { address, id } = row
  const inputs = how.inputs ?? row.inputs
  return { context, object: { address, id, work: how.work, fields: how.fields, inputs: knownInputs(inputs), late: lateFields(inputs) } }
}

/** The inputs without what is known only at apply. */
export const knownInputs = (inputs: ValueMap): PlainMap =>
  Object.fromEntries(Object.entries(inputs).filter(([, value]) => isKnown(value))) as PlainMap

/** The names of those that are known only at apply. */
export const lateFields = (inputs: ValueMap): readonly string[] =>
  Object.entries(inputs).flatMap(([field, value]) => (isKnown(value) ? [] : [field]))

interface How extends Pick<Touched, 'work' | 'fields'> {
  /** Null: those of the row. */
  readonly inputs: ValueMap | null
}

const howOf = (change: Change): How | null => {
  switch (change.action) {
    case 'update':
    case 'restart':
      return { work: change.action, fields: change.fields.map(({ field }) => field), inputs: change.inputs }
    case 'replace':
    case 'delete':
      return { work: 'delete', fields: [], inputs: null }
    case 'forget':
      return { work: 'mark', fields: [], inputs: null }
    // Nothing stands, or it is left as it is. What is imported has no row; that it may be marked shows with the first one.
    case 'keep':
    case 'create':
    case 'import':
    case 'release':
      return null
    default:
      return change satisfies never
  }
}
