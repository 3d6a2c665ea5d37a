import type { Desired, Output, OutputChange, Plain, State, Value } from '@forgeplan/model'
import { compareText, FunctionError, isKnown, reduce, sameValue } from '@forgeplan/model'
import type { Known } from './diff.ts'

/** What becomes of the stack's outputs. Sensitive values are never stored, so they only come and go. */
export const outputChanges = (desired: Desired, state: State, known: Known): readonly OutputChange[] => {
  const wanted = desired.outputs.map((output) => outputChange(output, state, known))
  const names = new Set(desired.outputs.map(({ name }) => name))
  const gone = Object.keys(state.outputs).filter((name) => !names.has(name))
  return [
    ...wanted,
    ...gone.map((name): OutputChange => ({ name, action: 'delete', sensitive: false, before: state.outputs[name], after: undefined })),
  ].toSorted((a, b) => compareText(a.name, b.name))
}

const outputChange = ({ name, value, sensitive }: Output, state: State, known: Known): OutputChange => {
  const before: Plain | undefined = Object.hasOwn(state.outputs, name) ? state.outputs[name] : undefined
  const after = evaluate(value, known)
  const same = before !== undefined && (sensitive || (isKnown(after) && sameValue(after, before)))
  return { name, sensitive, action: same ? 'keep' : before === undefined ? 'create' : 'update', before, after }
}

const evaluate = (value: Value, known: Known): Value => {
  try {
    return reduce(value, known)
  } catch (error) {
    // What an output's function says of a value belongs to the end of apply, where it is reported.
    if (error instanceof FunctionError) return value
    throw error
  }
}
