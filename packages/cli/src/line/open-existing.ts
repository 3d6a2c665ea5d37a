import type { Store } from '@forgeplan/store'
import { openStore } from '@forgeplan/store'
import type { Invocation } from '../invocation.ts'

/**
 * Opens the state that is there, whichever stack it holds: reading and mending a state needs no configuration.
 * @throws StoreError `missing` when there is none.
 */
export const openExisting = (invocation: Invocation, mode: 'read' | 'write'): Promise<Store> =>
  openStore({ path: invocation.statePath, mode, stack: null })
