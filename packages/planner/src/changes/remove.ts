import type { Address, Change, Observation, Policy, Reason, Row } from '@forgeplan/model'
import { absenceOf } from './absence.ts'
import { isCutOffImport } from './cut-off-import.ts'

/** A row that nothing wants any more. */
export interface Leaving {
  readonly address: Address
  readonly row: Row
  readonly seen: Observation
  readonly policy: Policy
  readonly reason: Reason
}

/** What becomes of it, or why nothing can be done. */
export interface Removal {
  readonly change: Change
  readonly unreadable: string | null
}

/** An object that stands is deleted, or released if its policy keeps it or forge only began to import it; one that is gone is only forgotten. */
export const remove = (leaving: Leaving): Removal => {
  const { seen, policy } = leaving
  switch (seen.kind) {
    case 'absent':
      return sure(leaving, { action: 'forget', reason: absenceOf(leaving.row) })
    case 'present':
    case 'pending':
      // Forge did not make it: nobody has said yet that it may be removed.
      if (isCutOffImport(leaving.row)) return sure(leaving, { action: 'release', why: 'kept', reason: { kind: 'interrupted' } })
      // What is made anew is not kept either way.
      if (policy.onDestroy === 'keep' && leaving.reason.kind !== 'succeeded-by')
        return sure(leaving, { action: 'release', why: 'kept', reason: { kind: 'kept-by-policy' } })
      return sure(leaving, { action: 'delete', reason: leaving.reason })
    case 'detached':
      return sure(leaving, { action: 'release', why: 'detached', reason: { kind: 'detached', where: seen.where } })
    case 'copy':
    case 'foreign':
      return doubtful(leaving, 'another object stands in its place, which forge did not make')
    case 'unreadable':
      return doubtful(leaving, seen.why)
    default:
      return seen satisfies never
  }
}

type End =
  | { readonly action: 'forget' | 'delete'; readonly reason: Reason }
  | { readonly action: 'release'; readonly why: 'kept' | 'detached'; readonly reason: Reason }

const sure = ({ address, row }: Leaving, end: End): Removal => ({
  change: { ...end, address, type: row.type, uid: row.uid },
  unreadable: null,
})

const doubtful = ({ address, row }: Leaving, why: string): Removal => ({
  change: { action: 'keep', address, type: row.type, uid: row.uid },
  unreadable: why,
})
