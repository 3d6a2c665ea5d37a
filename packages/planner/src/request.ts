import type {
  Address,
  Catalog,
  Desired,
  Observation,
  Observed,
  PlainMap,
  Places,
  RemoteId,
  Row,
  State,
  Uid,
  UnitName,
} from '@forgeplan/model'
import type { Hash } from './context.ts'

/** A standing object that somebody asked for, as it was found in the world. */
export interface Stranger {
  readonly id: RemoteId
  /** What people call it; any text. */
  readonly name: string
  /** The object's own identity, which its row will carry. */
  readonly uid: Uid
  /** What a look says of whose it is. */
  readonly seen: Observation<PlainMap, PlainMap>['kind']
}

/** An object that an address is to take over. */
export interface Import extends Stranger {
  readonly address: Address
}

/** Objects that a group is to take over, at addresses that the planner gives out; at least one. */
export interface Adoption {
  readonly group: UnitName
  readonly objects: readonly Stranger[]
}

/** How many versions of an image stay, the wanted one among them; null: as configured. What is in use stays besides. */
export interface Prune {
  readonly keep: number | null
}

export interface PlanOptions {
  readonly mode: 'normal' | 'destroy' | 'refresh-only'
  /** Units or addresses to narrow the plan to, with what they depend on; empty: everything. */
  readonly targets: readonly string[]
  /** Units or addresses to make anew. */
  readonly replace: readonly string[]
  /** Lifts the brake up to this many objects; null: as configured. */
  readonly maxDestroy: number | null
  /** Accepts up to this many vanished objects; null: as `maxDestroy` allows. */
  readonly acceptVanished: number | null
  /** Standing objects to take over; where there are any, the plan does nothing else. */
  readonly imports?: readonly Import[]
  /** Standing objects for one group to take over; the plan does nothing else. */
  readonly adoption?: Adoption
  /** What cannot be read back from an object that is taken over is taken to be as configured. */
  readonly asConfigured?: boolean
  /** Units or addresses to leave as they are, with what depends on them. */
  readonly excludes?: readonly string[]
  /** Versions of images that are one too many go, and the plan does nothing else. */
  readonly prune?: Prune
  /** Groups whose quorum this plan may break. */
  readonly overrides?: readonly UnitName[]
}

/** Everything that planning depends on. The same request gives the same plan, byte for byte. */
export interface PlanRequest {
  readonly desired: Desired
  readonly places: Places
  readonly state: State
  readonly observed: Observed
  readonly options: PlanOptions
  readonly catalog: Catalog
  readonly hash: Hash
  /** The tool's major version. */
  readonly tool: number
}

/** What was seen of a row's object; a row that nobody looked at is unreadable, never absent. */
export const sightOf = (observed: Observed, row: Row): Observation =>
  isLetGo(row) ? beingLetGo(row) : (observed.objects.get(row.uid) ?? unreadable('it was not looked at'))

const unreadable = (why: string): Observation => ({ kind: 'unreadable', lastSeen: null, why })

// `forge state rm` was cut off. Without its mark the object may seem gone, or look like one that forge may end: it is
// neither, and nothing is planned for it until it is let go of for good.
const isLetGo = ({ phase }: Row): boolean => phase.kind === 'changing' && phase.began.verb === 'mark'

const beingLetGo = ({ address }: Row): Observation => unreadable(`letting go of it was cut off; finish that with forge state rm ${address}`)
