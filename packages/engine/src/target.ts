import type { Began, Lineage, Mark, Row, StackName } from '@forgeplan/model'
import type { Target } from '@forgeplan/sdk'

/** Whose objects these are. */
export interface Identity {
  readonly lineage: Lineage
  readonly stack: StackName
}

/** The mark that stands, or shall stand, on the row's object. */
export const markOf = (row: Row, { lineage, stack }: Identity): Mark => ({
  lineage,
  stack,
  uid: row.uid,
  address: row.address,
  generation: row.generation,
  specDigest: row.specDigest,
})

/** The row's object as a provider is asked about it. */
export const targetOf = (row: Row, identity: Identity): Target => ({
  uid: row.uid,
  address: row.address,
  type: row.type,
  mark: markOf(row, identity),
  id: row.id,
  handle: beganOf(row)?.handle ?? null,
  begunAt: beganOf(row)?.at ?? null,
  making: beganOf(row)?.verb === 'create',
})

/** The operation without an outcome, if there is one. */
export const beganOf = (row: Row): Began | null => (row.phase.kind === 'creating' || row.phase.kind === 'changing' ? row.phase.began : null)
