import { isHidden } from '@forgeplan/engine'
import type { Output, State } from '@forgeplan/model'
import type { Revision } from '@forgeplan/store'

/**
 * Names of the outputs that the state only knows to exist: their values are stored as null. A null that the
 * configuration did not hide is a value like any other; one that nobody declared counts as hidden.
 */
export const sensitiveOutputs = ({ outputs }: State, declared: readonly Output[]): ReadonlySet<string> => {
  const open = new Set(declared.filter((output) => !isHidden(output)).map(({ name }) => name))
  return new Set(Object.keys(outputs).filter((name) => outputs[name] === null && !open.has(name)))
}

/** The outputs that the last run was configured with; none where no run is known. */
export const declaredOutputs = (revisions: readonly Pick<Revision, 'config'>[]): readonly Output[] => {
  const config = parsed(revisions.at(-1)?.config ?? '')
  const outputs: unknown = typeof config === 'object' && config !== null && 'outputs' in config ? config.outputs : []
  return Array.isArray(outputs) && outputs.every(isOutput) ? outputs : []
}

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const isOutput = (item: unknown): item is Output =>
  typeof item === 'object' &&
  item !== null &&
  'name' in item &&
  'value' in item &&
  'sensitive' in item &&
  typeof item.sensitive === 'boolean'
