import type { State } from '@forgeplan/model'

/** A state with its maps and sets spelt out, for comparing. */
export const plainState = (state: State) => ({
  ...state,
  rows: [...state.rows.values()],
  contexts: [...state.contexts],
  done: [...state.done],
})
