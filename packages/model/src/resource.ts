import type { Address } from './address.ts'
import type { Diagnostic } from './diagnostic.ts'
import type { TypeName } from './ids.ts'
import type { ImageType } from './image.ts'
import type { Present } from './observation.ts'
import type { PlainMap } from './plain.ts'
import type { ObjectSchema } from './schema.ts'
import type { Value, ValueMap } from './value.ts'

/**
 * What a changed field costs: nothing (`live`), a restart that keeps the object, a new object, or `refuse`: it cannot
 * be changed at all and the plan is an error.
 */
export type Effect = 'live' | 'restart' | 'replace' | 'refuse'

/** A kind of object that a provider makes, as data and pure functions. Planning needs no session. */
export interface ResourceType {
  readonly name: TypeName
  readonly doc: string
  /** Rises when the meaning of `inputs` changes; rows of an older version pass through `upgrade`. */
  readonly version: number
  readonly inputs: ObjectSchema
  readonly outputs: ObjectSchema
  /** `field` is a top-level field of `inputs`; before or after is `undefined` where the field is not set. */
  effect(field: string, before: Value | undefined, after: Value | undefined, seen: Present | null): Effect
  /** Outputs that a change in place can alter, each with the fields whose change does it. Absent: all outputs outlast it. */
  readonly follows?: Readonly<Record<string, readonly string[]>>
  /** Fields that two objects may not hold at the same value at once, such as a fixed address or a host port. */
  readonly exclusive?: readonly string[]
  /** Fields whose change is never drift. */
  readonly volatile?: readonly string[]
  /** Fields that name a file whose content is part of the object. One that is seen to differ holds something else now. */
  readonly contents?: readonly string[]
  /** Whether forge can run commands or copy files inside. */
  readonly guest: 'none' | 'exec' | 'files'
  /** Settings of the provider without which nothing can be run inside. Absent: it takes none. */
  readonly guestLogin?: readonly string[]
  /** The input fields that take what a flavor prepares. Absent: no flavor can be used with this type. */
  readonly prepared?: { readonly init: string; readonly tags: string }
  /** What machines boot from once an image of these inputs is pushed: `iso`, or `kernel`, `initrd` and `cmdline`. Of image types only. */
  paths?(inputs: ValueMap, settings: ValueMap): PlainMap
  /** Whether others need it where it stands, so that it has to stay though nothing wants it. Absent: never. */
  inUse?(seen: Present): boolean
  /** What belongs to the object and lives by itself. */
  parts?(address: Address, inputs: ValueMap): readonly Part[]
  upgrade?(fromVersion: number, inputs: ValueMap): ValueMap
}

/** A resource of its own that is made before its owner and goes after it; `retain` keeps it when the owner goes. */
export interface Part {
  readonly type: TypeName
  readonly address: Address
  readonly inputs: ValueMap
  readonly retain: boolean
}

/** What a flavor makes of its configuration for one member. */
export interface Prepared {
  /** Text that the machine runs when it boots for the first time; may be late. `null`: nothing to run. */
  readonly init: Value
  /** Texts; may be late. */
  readonly tags: ValueMap
}

/** Who a member is, for a flavor's pure `prepare`. */
export interface Member {
  readonly address: Address
  readonly id: string
  /** Position in natural order of the ids, from 1; 1 for a lone instance. */
  readonly ordinal: number
  /** `<stack>-<group>-<member>`: display, never identity. */
  readonly name: string
}

/** What a flavor may do inside of a member: ask for its health, take it out of service, tell it that it has come. */
export type InsideWork = 'health' | 'drain' | 'joined'

/** The pure half of a flavor, as the planner sees it. */
export interface FlavorType {
  readonly name: string
  readonly doc: string
  readonly config: ObjectSchema
  prepare(config: ValueMap, member: Member): Prepared
  /** Whether a member's health can be asked for with this configuration. */
  hasHealth(config: ValueMap): boolean
  hasDrain(config: ValueMap): boolean
  /** What it does with this configuration by commands inside of its members; absent: nothing. */
  runsInside?(config: ValueMap): readonly InsideWork[]
  /** Whether it is told of members that have come; absent: never. */
  hasJoined?(config: ValueMap): boolean
  /** Whether it is told of members that have gone; absent: never. */
  hasLeft?(config: ValueMap): boolean
  /** `serial`: the first member of a group comes up before the rest. Absent: they come up together. */
  readonly bootstrap?: 'serial'
}

/** What a provider offers, without a session. */
export interface ProviderType {
  /** The plugin's name in `providers.*.plugin`. */
  readonly name: string
  readonly doc: string
  readonly settings: ObjectSchema
  readonly types: readonly ResourceType[]
  /** The type that groups and instances of this provider are made of. */
  readonly machine: TypeName
  /** The type that images pushed to this provider are made of. Absent: it takes no images. */
  readonly image?: TypeName
  /** Types that a group or an instance can be made of instead, by naming one in `type`. */
  readonly others?: readonly TypeName[]
  /** Problems in the settings that the schema cannot see. */
  checkSettings?(settings: ValueMap): readonly Diagnostic[]
}

/** Every provider, flavor and way to make images that a configuration may use, by plugin name. */
export interface Catalog {
  readonly providers: ReadonlyMap<string, ProviderType>
  readonly flavors: ReadonlyMap<string, FlavorType>
  readonly images: ReadonlyMap<string, ImageType>
}

/** The type of that name, from whichever provider has it. */
export const findType = (catalog: Catalog, name: TypeName): ResourceType | undefined =>
  catalog.providers.get(name.slice(0, name.indexOf('/')))?.types.find((type) => type.name === name)
