import type { Address, UnitName } from './address.ts'
import type { Span } from './diagnostic.ts'
import type { StackName, TypeName } from './ids.ts'
import type { Heal, Update } from './update.ts'
import type { Value, ValueMap } from './value.ts'

/** A configured provider. Secrets in `settings` are late. */
export interface ProviderUse {
  readonly name: string
  readonly plugin: string
  readonly settings: ValueMap
}

export interface FlavorUse {
  readonly name: string
  readonly plugin: string
  readonly config: ValueMap
}

/** What must not happen to a unit's objects, and what becomes of them when they are no longer wanted. */
export interface Policy {
  readonly preventDestroy: boolean
  readonly onDestroy: 'destroy' | 'keep'
  /** Top-level input fields whose difference is left alone. */
  readonly ignoreChanges: readonly string[]
  /** No plan may leave fewer healthy members than a majority. Absent: it may. */
  readonly quorum?: 'majority'
}

/** How many members, or which. */
export type MemberShape =
  | { readonly kind: 'single' }
  | { readonly kind: 'sized'; readonly size: number }
  /** In natural order, without duplicates. */
  | { readonly kind: 'ids'; readonly ids: readonly string[] }

/** One object for each version of an image, of which the last `keep` stay; what is in use stays besides. */
export interface VersionShape {
  readonly kind: 'versions'
  readonly wanted: string
  readonly keep: number
}

export type Shape = MemberShape | VersionShape

/** A group, a lone instance or an image. It stays a template: which members exist depends on the state and on what is seen. */
export interface Unit {
  readonly name: UnitName
  readonly shape: Shape
  readonly type: TypeName
  /** Name of a `ProviderUse`. */
  readonly provider: string
  /** Normalised by the type's schema; `member` leaves are still late. */
  readonly inputs: ValueMap
  readonly flavor: FlavorUse | null
  readonly policy: Policy
  /** Explicit and implied, in natural order. */
  readonly dependsOn: readonly UnitName[]
  /** How long a new member may take until it is healthy, milliseconds. */
  readonly healthTimeoutMs: number
  readonly update: Update
  /** Null: unwell members are shown and left alone. */
  readonly heal: Heal | null
}

export interface Output {
  readonly name: string
  readonly value: Value
  readonly sensitive: boolean
}

/** `from` and `to` are both units or both addresses. */
export interface Move {
  readonly from: UnitName | Address
  readonly to: UnitName | Address
}

/** Share of a stack's objects, or a number of them, that one apply may end without a successor. */
export type MaxDestroy = { readonly kind: 'share'; readonly percent: number } | { readonly kind: 'count'; readonly count: number }

/** An outside input that a saved plan needs again when it is applied. */
export interface RequiredInput {
  readonly source: `env:${string}` | `file:${string}` | `var:${string}`
  /** HMAC-SHA256 hex of its text under the state's key; null when there was no key yet. */
  readonly digest: string | null
}

/** The normalised configuration: no positions, no secrets, the same for every order of the file. */
export interface Desired {
  readonly stack: StackName
  readonly providers: readonly ProviderUse[]
  readonly units: readonly Unit[]
  readonly outputs: readonly Output[]
  readonly moved: readonly Move[]
  readonly maxDestroy: MaxDestroy
  readonly requires: readonly RequiredInput[]
}

/** Where in the files a unit, a provider or an output stands (`group.web`, `provider.local`, `output.url`, `moved.0`). */
export type Places = ReadonlyMap<string, Span>
