import type { Row, Uid } from '@forgeplan/model'
import { StepFailure } from '../errors.ts'
import type { At, Place, Run } from '../run.ts'
import { placeOf } from '../run.ts'

/** A row with the open world that its object stands in. */
export interface Standing {
  readonly row: Row
  readonly place: Place
}

/** Whether the row's object was brought about and holds its address: it may be down, or in the middle of a change. */
export const stands = ({ phase }: Row): boolean => phase.kind === 'live' || phase.kind === 'changing'

/** @throws StepFailure `stale` when the row is gone from the state. */
export const standingRow = (at: At, { uid }: { readonly uid: Uid }): Standing => {
  const row = at.run.ledger.row(uid)
  if (row === undefined) throw new StepFailure('stale', `${at.address} is no longer in the state. Plan again.`)
  return { row, place: placeOfRow(at.run, row) }
}

/** Where a row's object stands: with the provider that its row keeps. */
export const placeOfRow = (run: Run, row: Row): Place => {
  const provider = run.ledger.context(row.context)?.provider.name
  if (provider === undefined) throw new StepFailure('internal', `The state does not know the provider of ${row.address}.`)
  return placeOf(run, provider, row.type)
}
