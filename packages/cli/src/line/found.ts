import { randomUUID } from 'node:crypto'
import type { State } from '@forgeplan/model'
import { lineage } from '@forgeplan/model'
import { foldAll } from '@forgeplan/planner'
import type { Lease } from '@forgeplan/store'

/** A state with a lineage: the first apply makes it. */
export const founded = async (state: State, lease: Lease): Promise<State> => {
  if (state.lineage !== null) return state
  return foldAll(state, await lease.append([{ kind: 'founded', lineage: lineage(randomUUID()), stack: state.stack, at: Date.now() }]))
}
