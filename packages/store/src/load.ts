import type { JournalRecord, StackName, State } from '@forgeplan/model'
import { emptyState, foldAll } from '@forgeplan/planner'
import { corrupt } from './errors.ts'
import type { Tables } from './tables.ts'

/** The snapshot and the entries after it, as they stood at one moment. @throws StoreError `corrupt`. */
export const loadState = (tables: Tables, stack: StackName): State =>
  tables.db.transaction(() => {
    const base = tables.snapshot.read() ?? emptyState(stack)
    return foldAll(base, withoutGaps(tables, base.serial))
  })()

// A hole means that rows were deleted, or that the snapshot which replaced them is gone.
function* withoutGaps({ journal, path }: Tables, from: number): Generator<JournalRecord> {
  let expected = from + 1
  for (const record of journal.after(from)) {
    if (record.seq !== expected) throw corrupt(`Entry ${expected} is missing from the journal in ${path}.`)
    expected += 1
    yield record
  }
}
