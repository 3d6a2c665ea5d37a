import type { Ref } from '@forgeplan/vsphere-soap'

/** Where one machine is to be made, as the configuration and the provider's settings say together. */
export interface Placement {
  readonly datacenter?: string
  readonly cluster?: string
  readonly host?: string
  readonly pool?: string
  readonly datastore?: string
  /** Of the first adapter, then of further ones. */
  readonly networks: readonly string[]
  /** Template or machine to clone. */
  readonly template?: string
}

/** The objects that a placement names. */
export interface Places {
  readonly datacenter: Ref
  /** Inventory path of the datacenter: `/DC0`. */
  readonly datacenterPath: string
  /** The datacenter's folder of machines. */
  readonly vmFolder: Ref
  readonly pool: Ref
  /** Set where a host was named. */
  readonly host: Ref | null
  readonly datastore: { readonly ref: Ref; readonly name: string }
  readonly networks: readonly NetworkPlace[]
  readonly template: TemplatePlace | null
}

/** What an adapter's backing needs to know of its network. */
export type NetworkPlace =
  | { readonly kind: 'standard'; readonly ref: Ref; readonly name: string }
  | { readonly kind: 'distributed'; readonly ref: Ref; readonly name: string; readonly portgroupKey: string; readonly switchUuid: string }
  | { readonly kind: 'opaque'; readonly ref: Ref; readonly name: string; readonly networkId: string; readonly networkType: string }

export interface TemplatePlace {
  readonly ref: Ref
  readonly name: string
  /** Marked as a template; else it is an ordinary machine. */
  readonly isTemplate: boolean
  /** Its current snapshot, which a linked clone grows from. */
  readonly snapshot: Ref | null
  /** Bytes that it takes on its datastores; null where that may not be read. */
  readonly committedBytes: number | null
}

/** A name that leads nowhere, or to several things. */
export interface PlaceProblem {
  /** The field of the placement. */
  readonly field: keyof Placement
  /** What was given; undefined where nothing was and there is no default. */
  readonly given: string | undefined
  /** What it could have been, nearest first, at most ten. */
  readonly candidates: readonly string[]
  readonly kind: 'unknown' | 'ambiguous' | 'missing' | 'unusable'
  readonly why: string
}

/** Either all that a placement names, or everything that is wrong with it. */
export type Resolved = { readonly ok: true; readonly places: Places } | { readonly ok: false; readonly problems: readonly PlaceProblem[] }
