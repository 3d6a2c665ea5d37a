import type { StackName } from '@forgeplan/model'
import { StoreError } from './errors.ts'
import type { ExportedState, ExportOptions } from './exported.ts'
import { exportFormat } from './exported.ts'
import { loadState } from './load.ts'
import { toDocument } from './state-document.ts'
import type { Tables } from './tables.ts'

/** The state and its history as they stood at one moment. @throws StoreError `missing` before the first apply. */
export const exportState = (tables: Tables, stack: StackName, options: ExportOptions): ExportedState =>
  tables.db.transaction(() => {
    const state = loadState(tables, stack)
    if (state.lineage === null) throw new StoreError('missing', `${tables.path} holds no state to export; the first apply makes one.`)
    return {
      format: exportFormat,
      tool: options.tool ?? '',
      lineage: state.lineage,
      stack: state.stack,
      serial: state.serial,
      state: toDocument(state),
      journal: [...tables.journal.after(0)],
      ...(options.key === undefined ? {} : { key: options.key.toString('hex') }),
    } satisfies ExportedState
  })()
