import type { Health, Plain, PlainMap, RemoteId, Status, TypeName, Uid } from '@forgeplan/model'

/** One object of the simulated world, as the platform itself sees it. */
export interface WorldObject {
  readonly id: RemoteId
  /** What the platform says the object's own identity is; no mark can change it. */
  readonly uid: Uid
  readonly type: TypeName
  readonly name: string
  /** Whatever somebody wrote there: anybody may, so it is not a `Mark` before it is parsed. */
  readonly mark: Plain
  /** The fields that can be read back. */
  readonly inputs: PlainMap
  /** The fields that went inside and cannot be read back; only the oracle sees them. */
  readonly delivered: Readonly<Record<string, string>>
  /** The outputs that it has for its life; see `outputsOf`. */
  readonly outputs: PlainMap
  readonly status: Status
  /** The folder it stands in; everything is made in `home`. */
  readonly where: string
  /** Milliseconds since 1970. */
  readonly createdAt: number
  /** Milliseconds since 1970: when it last started. */
  readonly startedAt: number
  /** Set by a test; null: healthy once it has run for `healthyAfterMs`. */
  readonly health: Health | null
  /** Whether it calls itself the leader of its group; absent: it does not. */
  readonly leader?: boolean
  /** Ids of the disks that are plugged in. */
  readonly attached: readonly RemoteId[]
  /** Files inside, by path, base64. */
  readonly files: Readonly<Record<string, string>>
}

/** A creation that the platform is still busy with: nobody can find its object by uid before it ends. */
export interface WorldTask {
  readonly handle: string
  readonly object: WorldObject
  /** Milliseconds since 1970. */
  readonly since: number
  readonly endsAt: number
}

/** One call of a provider's method, in the order in which they came. */
export interface LoggedCall {
  readonly method:
    | 'observe'
    | 'list'
    | 'apply'
    | 'delete'
    | 'mark'
    | 'detach'
    | 'preflight'
    | 'find'
    | 'guest'
    | 'drain'
    | 'joined'
    | 'left'
  readonly uid: Uid | null
  readonly address: string | null
  readonly verb: string | null
  readonly mutating: boolean
  /** Milliseconds since 1970, on the run's clock. */
  readonly at: number
}

export const home = '/'

/** What an object is known by: a machine also by its processors, which can change while it runs. */
export const outputsOf = ({ inputs: { cpus }, outputs }: WorldObject): PlainMap => (cpus === undefined ? outputs : { ...outputs, cpus })
