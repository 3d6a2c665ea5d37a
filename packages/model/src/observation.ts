import type { Lineage, Realm, RemoteId, TypeName, Uid } from './ids.ts'
import type { Mark } from './mark.ts'
import type { PlainMap } from './plain.ts'

/** Whether a standing object does its work. */
export type Status = { readonly kind: 'running' } | { readonly kind: 'stopped'; readonly why: string }

/**
 * What a look at one object found. An inventory that cannot be read is `unreadable`, never `absent`: absence counts
 * only when the platform itself answers "not found" for the recorded object, in the same realm.
 */
export type Observation<In = PlainMap, Out = PlainMap> =
  /** `remains`: something of it is still there that is no object any more, such as a note without its file; `delete` takes it away. */
  | { readonly kind: 'absent'; readonly remains?: true }
  /** Being made by an operation that has not ended. Times are milliseconds since 1970. */
  | { readonly kind: 'pending'; readonly since: number; readonly deadline: number; readonly handle: string }
  | Present<In, Out>
  /** Ours and whole, but somebody moved it out of its place. */
  | { readonly kind: 'detached'; readonly id: RemoteId; readonly where: string }
  /** Carries our mark, but its own identity differs: a clone or a restored backup. Never touched. */
  | { readonly kind: 'copy'; readonly id: RemoteId; readonly of: Uid }
  /** Carries the mark of the same stack under another lineage. Never touched. */
  | { readonly kind: 'foreign'; readonly id: RemoteId; readonly lineage: Lineage }
  | { readonly kind: 'unreadable'; readonly lastSeen: number | null; readonly why: string }

/** `inputs` holds only the fields that can be read back, in normalised form. */
export interface Present<In = PlainMap, Out = PlainMap> {
  readonly kind: 'present'
  readonly id: RemoteId
  readonly inputs: Partial<In>
  readonly outputs: Out
  readonly status: Status
}

/** An object that a sweep for marks met. `observation` is `copy` when the mark is not the object's own. */
export interface Found {
  readonly type: TypeName
  readonly mark: Mark
  readonly observation: Observation
}

/** What a flavor's survey says of one member. The one that it calls leader is changed last. */
export type Health = { readonly role?: 'leader' } & (
  | { readonly kind: 'healthy' }
  | { readonly kind: 'unhealthy'; readonly why: string }
  | { readonly kind: 'unknown'; readonly why: string }
)

/** Everything that one look at the world brought back. */
export interface Observed {
  readonly objects: ReadonlyMap<Uid, Observation>
  /** Everything that carries this stack's mark, under any lineage, claimed by a row or not. */
  readonly found: readonly Found[]
  /** By provider name (as in the configuration, or as a row keeps it). */
  readonly realms: ReadonlyMap<string, Realm>
  readonly health: ReadonlyMap<Uid, Health>
}
