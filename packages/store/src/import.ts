import type { StackName, State } from '@forgeplan/model'
import { StoreError } from './errors.ts'
import type { Imported, ImportOptions } from './exported.ts'
import { refuseOtherStack } from './identity-table.ts'
import type { WritingLease } from './lease.ts'
import { loadState } from './load.ts'
import { pack } from './snapshot-table.ts'
import type { Tables } from './tables.ts'

/** Where an import goes. */
export interface Target {
  readonly tables: Tables
  readonly stack: StackName
  readonly lease: WritingLease
}

/** Replaces the state in one transaction. @throws StoreError `stack`, `lineage`, `older`; LeaseLost. */
export const importState = async ({ tables, stack, lease }: Target, imported: Imported, options: ImportOptions): Promise<void> => {
  refuseOtherStack({ lineage: imported.lineage, stack: imported.state.stack }, stack, 'The export')
  const current = loadState(tables, stack)
  refuseOther(current, imported, options)
  const packed = await pack(succeeding(current, imported.state))
  lease.write(() => {
    // Entries that were appended while the export was being packed would be lost without a word.
    if (tables.journal.head().seq !== current.serial)
      throw new StoreError('busy', 'The state has changed during the import. Run the same command again.')
    tables.journal.clear()
    tables.journal.restore(imported.journal)
    tables.identity.write({ lineage: imported.lineage, stack: imported.state.stack })
    tables.snapshot.write(packed, Date.now())
  })
}

const refuseOther = (current: State, { state, lineage }: Imported, { force }: ImportOptions): void => {
  if (current.lineage !== null && current.lineage !== lineage && current.rows.size > 0)
    throw new StoreError(
      'lineage',
      `The state holds ${current.rows.size} objects of lineage ${current.lineage}, and the export is of ${lineage}. Importing it would orphan them. Move the state away first, or import into another one with --state.`,
    )
  if (current.lineage === lineage && state.serial < current.serial && force !== true)
    throw new StoreError(
      'older',
      `The export ends at entry ${state.serial} and the state at ${current.serial}: it would forget what happened in between. Import it with --force if that is meant.`,
    )
}

// Numbers that were given out are not given out again, even where the state goes back: a sequence number names one
// entry for saved plans, a generation makes a uid, and that object may still stand.
const succeeding = (current: State, state: State): State => ({
  ...state,
  serial: Math.max(current.serial, state.serial),
  revision: Math.max(current.revision, state.revision),
  generation: Math.max(current.generation, state.generation),
})
