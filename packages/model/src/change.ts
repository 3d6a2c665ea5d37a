import type { Address } from './address.ts'
import type { ContextId, RemoteId, TypeName, Uid } from './ids.ts'
import type { Effect } from './resource.ts'
import type { Value, ValueMap } from './value.ts'

/** Why a change is planned; closed, so that every renderer has words for each. */
export type Reason =
  | { readonly kind: 'new' }
  | { readonly kind: 'scaled-up'; readonly to: number }
  | { readonly kind: 'scaled-down'; readonly to: number }
  | { readonly kind: 'id-added' }
  | { readonly kind: 'id-removed' }
  /** The image is another one now and made of something else; the one before it stays for a while. */
  | { readonly kind: 'new-version'; readonly before: Address; readonly fields: readonly FieldChange[] }
  /** `keep` newer versions of the image are there, and nobody uses this one. */
  | { readonly kind: 'superseded'; readonly keep: number }
  /** The block is no longer in the configuration. */
  | { readonly kind: 'not-configured' }
  | { readonly kind: 'destroy' }
  | { readonly kind: 'configured'; readonly fields: readonly string[] }
  /** Somebody changed it outside of forge; the configuration did not change. */
  | { readonly kind: 'drifted'; readonly fields: readonly string[] }
  /** The configuration names the same files, and they hold something else than when the object was made or booted. */
  | { readonly kind: 'content-changed'; readonly fields: readonly string[] }
  | { readonly kind: 'vanished' }
  | { readonly kind: 'stopped'; readonly why: string }
  | { readonly kind: 'requested' }
  /** An earlier run ended between the call and its outcome. */
  | { readonly kind: 'interrupted' }
  | { readonly kind: 'detached'; readonly where: string }
  /** It takes the place of a detached object, at another address. */
  | { readonly kind: 'instead-of'; readonly address: Address }
  /** Create-first: it comes before the one at another address goes, which has to be made anew for `why` and differs in `fields`. */
  | { readonly kind: 'successor-of'; readonly address: Address; readonly why: Reason; readonly fields: readonly FieldChange[] }
  /** Its successor stands at another address. */
  | { readonly kind: 'succeeded-by'; readonly address: Address }
  /** Its flavor says so, and its unit replaces such members. */
  | { readonly kind: 'unhealthy'; readonly why: string }
  | { readonly kind: 'provider-changed' }
  | { readonly kind: 'kept-by-policy' }
  /** Its owner goes, so it goes. */
  | { readonly kind: 'owner'; readonly address: Address }

/** One field's difference. `before` is what is seen, or what was last applied where it cannot be read back. */
export interface FieldChange {
  readonly field: string
  readonly before: Value | undefined
  readonly after: Value | undefined
  readonly effect: Exclude<Effect, 'refuse'>
  /** Taken out of the configuration: forge no longer manages it and leaves it as it is. */
  readonly released: boolean
  /** `after` is not known before apply, so the effect may not come. */
  readonly uncertain: boolean
  /** Seen to differ from what was last applied. */
  readonly drifted: boolean
  /** Nobody knows what stood there: the row was rebuilt from its mark, and the field cannot be read back. */
  readonly lost?: true
}

interface Subject {
  readonly address: Address
  readonly type: TypeName
}

interface About extends Subject {
  readonly reason: Reason
}

/** `inputs` are the desired ones; `context` is what the row will keep, in `Plan.contexts`. */
interface Making extends About {
  readonly inputs: ValueMap
  readonly context: ContextId
}

interface Changing extends Making {
  readonly uid: Uid
  readonly fields: readonly FieldChange[]
}

/** What is planned for one address; exactly one per address. */
export type Change =
  | (Subject & { readonly action: 'keep'; readonly uid: Uid })
  /** `resumes` is the uid of an unfinished create: the same object is made. `replaces` is a vanished object's row, which goes first. */
  | (Making & { readonly action: 'create'; readonly resumes: Uid | null; readonly replaces: Uid | null })
  | (Changing & { readonly action: 'update' })
  | (Changing & { readonly action: 'restart' })
  | (Changing & { readonly action: 'replace' })
  | (About & { readonly action: 'delete'; readonly uid: Uid })
  /** The row gives up its address and stays, claiming the mark. */
  | (About & { readonly action: 'release'; readonly uid: Uid; readonly why: 'kept' | 'detached' })
  /** The row goes; the object, if it stands, is left alone and loses its mark. */
  | (About & { readonly action: 'forget'; readonly uid: Uid })
  /**
   * `name` is what people call the object, where that is not its id. `asConfigured`: what cannot be read back is taken to
   * be what the configuration says, and not to be unknown.
   */
  | (Making & { readonly action: 'import'; readonly id: RemoteId; readonly name?: string; readonly asConfigured?: true })

export type Action = Change['action']
