import { Flaw } from '../codec/flaw.ts'
import { printable } from '../error.ts'
import type { AnyMethodFault, ObjectContent, PropertyFilterSpec, Ref } from '../vim/types.ts'

/** Which objects to read, and what of them. */
export interface Query {
  /** Everything below a folder, a datacenter, a pool or another container; or the objects that are listed. */
  readonly of: { readonly under: Ref } | { readonly objects: readonly Ref[] }
  /** For each type the paths of its properties, such as `name` or `config.hardware.device`. */
  readonly properties: Readonly<Record<string, readonly string[]>>
}

/** A property that the server did not give, and why. */
export interface Missing {
  readonly path: string
  /** The fault's type, such as `NoPermission`; `Malformed` where the value is not what the API says. */
  readonly fault: string
  readonly text: string
}

/** What is known of one object. */
export interface Seen {
  readonly ref: Ref
  /** What was asked for and is set; a value's type is told by `isA`, `typeof` and `Array.isArray`. */
  readonly properties: ReadonlyMap<string, unknown>
  /** What could not be read. A property that is in neither is unset. */
  readonly missing: readonly Missing[]
}

/** The filter that asks some objects for their properties. */
export const filterOf = (objects: readonly Ref[], properties: Query['properties']): PropertyFilterSpec => ({
  propSet: Object.entries(properties).map(([type, paths]) => ({ type, pathSet: paths })),
  objectSet: objects.map((obj) => ({ obj })),
  // An object that is gone is left out; without this it would be the fault of the whole call.
  reportMissingObjectsInResults: true,
})

/** An object of an answer. */
export const seenFrom = ({ obj, propSet = [], missingSet = [] }: ObjectContent): Seen => {
  const properties = new Map<string, unknown>()
  const missing: Missing[] = missingSet.map(({ path, fault }) => ({
    path,
    fault: typeOf(fault.fault),
    text: printable(fault.localizedMessage ?? ''),
  }))
  for (const { name, val } of propSet)
    if (val instanceof Flaw) missing.push({ path: name, fault: 'Malformed', text: val.why })
    else properties.set(name, val)
  return { ref: obj, properties, missing }
}

const typeOf = ({ $as, $type }: AnyMethodFault): string => printable($as ?? $type ?? 'MethodFault')
