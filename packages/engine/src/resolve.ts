import type { Address, Leaf, Path, Plain, PlainMap, SecretSource, Value, ValueMap } from '@forgeplan/model'
import { canonicalJson, isKnown, leaves, reduce } from '@forgeplan/model'
import { StepFailure } from './errors.ts'

/** Where late values come from; a source that is missing cannot be used in that place. */
export interface Sources {
  readonly secret?: (source: SecretSource) => Promise<string>
  readonly runtime?: (name: string) => Promise<string>
  /** Outputs of the object that stands at the address. */
  readonly output?: (of: Address) => PlainMap | undefined
  /** Outputs of a group's standing members, in natural order of addresses. */
  readonly members?: (group: string) => readonly PlainMap[]
  readonly member?: Readonly<Record<'id' | 'ordinal' | 'name' | 'address', Plain>>
}

/**
 * The value with every late part fetched. The result may hold secrets: it goes into the call and nowhere else.
 * @throws StepFailure `invalid` when something cannot be fetched, FunctionError when a function refuses it.
 */
export const resolve = async (value: Value, sources: Sources): Promise<Plain> => {
  const known = new Map<string, Plain>()
  for (const leaf of leaves(value)) {
    const key = canonicalJson(leaf)
    if (!known.has(key)) known.set(key, await fetch(leaf, sources))
  }
  const result = reduce(value, (leaf) => known.get(canonicalJson(leaf)))
  if (!isKnown(result)) throw new StepFailure('internal', 'A value is still not known after everything was fetched.')
  return result
}

/** `resolve` for a map. */
export const resolveMap = async (map: ValueMap, sources: Sources): Promise<PlainMap> => (await resolve(map, sources)) as PlainMap

const fetch = async (leaf: Leaf, sources: Sources): Promise<Plain> => {
  switch (leaf.kind) {
    case 'secret':
      return sources.secret === undefined ? unusable(leaf) : fetchSecret(leaf.source, sources.secret)
    case 'runtime':
      return sources.runtime === undefined ? unusable(leaf) : sources.runtime(leaf.name)
    case 'output':
      return fromOutputs(sources.output?.(leaf.of), leaf.path, leaf.of)
    case 'members':
      if (sources.members === undefined) return unusable(leaf)
      return sources.members(leaf.group).map((outputs) => fromOutputs(outputs, leaf.path, `a member of ${leaf.group}`))
    case 'member':
      return sources.member?.[leaf.field] ?? unusable(leaf)
    case 'var':
    case 'env':
    case 'file':
    case 'stack':
      return unusable(leaf)
    default:
      return leaf satisfies never
  }
}

const unusable = (leaf: Leaf): never => {
  throw new StepFailure('internal', `A value of the kind "${leaf.kind}" is not known here.`)
}

const fetchSecret = async (source: SecretSource, secret: (source: SecretSource) => Promise<string>): Promise<string> => {
  try {
    return await secret(source)
  } catch (error) {
    throw new StepFailure('invalid', `The secret ${source} cannot be read: ${error instanceof Error ? error.message : 'it is not there'}`)
  }
}

const fromOutputs = (outputs: PlainMap | undefined, path: Path, of: string): Plain => {
  const found = outputs === undefined ? undefined : valueAt(outputs, path)
  if (found === undefined) throw new StepFailure('invalid', `The output ${path.join('.')} of ${of} is not there.`)
  return found
}

/** What stands at `path` in plain data, if anything does. */
export const valueAt = (from: Plain, path: Path): Plain | undefined => {
  let at: Plain | undefined = from
  for (const key of path) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, key)) return undefined
    at = (at as Readonly<Record<string | number, Plain>>)[key]
  }
  return at
}
