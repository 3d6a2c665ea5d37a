import type { Address, FlavorType, Health, PlainMap, Uid } from '@forgeplan/model'
import type { Call, Guest } from './provider.ts'

/** A standing member, as a flavor's effects see it. */
export interface MemberHandle {
  readonly address: Address
  readonly uid: Uid
  readonly outputs: PlainMap
  /** Null where the provider cannot run anything inside. */
  readonly guest: Guest | null
  /** The members of a group that stand now; of its own group too. */
  peers(group: string): readonly { readonly address: Address; readonly outputs: PlainMap }[]
}

/** A flavor: the pure half that the planner uses, and the effects. `config` has no late values any more. */
export interface Flavor extends FlavorType {
  /** A secret that is known only at apply, called just before it is needed. */
  runtime?(name: string, config: PlainMap, member: MemberHandle, call: Call): Promise<string>
  /** Health of all members at once for a plan; read-only and bounded. Where only `health` could tell: `unknown`. */
  survey?(config: PlainMap, members: readonly MemberHandle[], call: Call): Promise<ReadonlyMap<Uid, Health>>
  /** Asks one member now. */
  health?(config: PlainMap, member: MemberHandle, call: Call): Promise<Health>
  /** Takes the member out of service before it is destroyed. */
  drain?(config: PlainMap, member: MemberHandle, call: Call): Promise<void>
  /** A member has come and is well. May be called again for the same one. */
  joined?(config: PlainMap, member: MemberHandle, call: Call): Promise<void>
  /** A member is gone for good: its outputs are the last known, `guest` is null. May be called again for the same one. */
  left?(config: PlainMap, member: MemberHandle, call: Call): Promise<void>
}

/** Checks at compile time that a flavor is whole, and returns it. */
export const defineFlavor = (flavor: Flavor): Flavor => flavor
