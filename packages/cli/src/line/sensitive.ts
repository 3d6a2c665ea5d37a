import type { State } from '@forgeplan/model'

/** Names of the outputs that the state only knows to exist: a sensitive value is stored as null. */
export const sensitiveOutputs = ({ outputs }: State): ReadonlySet<string> =>
  new Set(Object.keys(outputs).filter((name) => outputs[name] === null))
