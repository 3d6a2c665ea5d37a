import type {
  Diagnostic,
  Found,
  ImageInputs,
  Lineage,
  Mark,
  Observation,
  PlainMap,
  ProviderType,
  Realm,
  RemoteId,
  StackName,
  TypeName,
  Uid,
  Address,
} from '@forgeplan/model'

/** The object that a call is about. */
export interface Target {
  readonly uid: Uid
  readonly address: Address
  readonly type: TypeName
  /** What stands, or shall stand, on the object. */
  readonly mark: Mark
  /** What the platform called it when it was last seen; null if it never was. */
  readonly id: RemoteId | null
  /** What an unfinished operation recorded; null if there is none. */
  readonly handle: string | null
  /** Milliseconds since 1970 when that operation was begun; null if there is none. */
  readonly begunAt: number | null
  /** Whether that operation makes the object: only then may a creation that is under way be its own. */
  readonly making: boolean
  /** Its parts that stand, such as kept disks, whatever their marks say: told where it is made or changed. */
  readonly parts?: readonly { readonly address: Address; readonly uid: Uid }[]
}

/** What every call is given. */
export interface Call {
  /** Aborted at the deadline, or when the user insists; checked before each new effect. */
  readonly signal: AbortSignal
  /** For people; may be dropped. `fraction` is 0 to 1. */
  progress(message: string, fraction?: number): void
  /** Makes the platform's name of a running operation durable. Await it before waiting for the operation. */
  record(handle: string): Promise<void>
  /** Milliseconds since 1970, from the run's clock. */
  now(): number
  /** Waits on the run's clock. @throws the signal's reason when it is aborted. */
  sleep(ms: number): Promise<void>
}

/** Who asks: objects of the same stack under another lineage are foreign. */
export interface Stack {
  readonly name: StackName
  readonly lineage: Lineage
}

export type Verb = 'create' | 'update' | 'restart'

export interface Applied<Out = PlainMap> {
  readonly id: RemoteId
  readonly outputs: Out
}

/** An object that shall be made, for `preflight`. */
export interface Wanted<In = PlainMap> {
  readonly address: Address
  /** Late fields are left out. */
  readonly inputs: Partial<In>
  /** The names of those, which are given while it is made. */
  readonly late?: readonly string[]
  /** Commands will be run inside of it. */
  readonly usesGuest?: true
}

/** An object that stands and that the plan touches, for `preflight`. */
export interface Touched<In = PlainMap> {
  readonly address: Address
  readonly id: RemoteId
  /** `mark`: it is only taken in or given up. One that is replaced is deleted here, and wanted too. */
  readonly work: 'update' | 'restart' | 'delete' | 'mark'
  /** The top-level fields of the inputs that change. */
  readonly fields: readonly string[]
  /** As they shall be; of what is deleted or given up as they were last applied. Late fields are left out. */
  readonly inputs: Partial<In>
  /** The fields that were left out. */
  readonly late?: readonly string[]
  /** Commands will be run inside of it: before it is deleted, or once it has changed. */
  readonly usesGuest?: true
}

/** What can be told before an apply. An error is one in the plan too, and stops apply. */
export interface Forecast extends Diagnostic {
  /** A warning that is one only as long as nothing is done, such as a missing privilege: it stops apply before its first step. */
  readonly stopsApply?: true
}

/** What is asked of an object that could be imported: all that is given has to fit. */
export interface Query {
  readonly id?: RemoteId
  /** Its name, or a pattern of it: see `fitsName`. */
  readonly name?: string
  /** Where it stands, in the platform's terms. */
  readonly folder?: string
  /** The InfraKit group that it says it is of. */
  readonly group?: string
  /** A label of the platform's that it carries, such as a vSphere tag, `category/name`. */
  readonly tag?: string
}

/** An object that could be imported, marked or not. */
export interface Candidate<In = PlainMap, Out = PlainMap> {
  readonly id: RemoteId
  /** Its own identity. */
  readonly uid: Uid
  /** What people call it. */
  readonly name: string
  readonly inputs: Partial<In>
  readonly outputs: Out
}

/** Runs commands and moves files inside a machine. */
export interface Guest {
  /** `command` is an argument vector, never a shell line. Times out with the call's signal. Output is cut at 64 KiB. */
  run(command: readonly string[], call: Call): Promise<{ readonly exitCode: number; readonly stdout: string; readonly stderr: string }>
  upload?(path: string, content: Uint8Array, call: Call): Promise<void>
  download?(path: string, call: Call): Promise<Uint8Array>
}

/**
 * One type's effects. Every method may throw `ProviderError`; anything else counts as `internal`.
 * A handler acts on what it sees, never on what it did: doing a thing twice is harmless.
 */
export interface Handler<In extends PlainMap = PlainMap, Out extends PlainMap = PlainMap> {
  /** Looks, never touches. All targets at once. A target that is missing from the answer counts as `unreadable`. */
  observe(targets: readonly Target[], call: Call): Promise<ReadonlyMap<Uid, Observation<In, Out>>>
  /** Everything that carries this stack's name in its mark, under any lineage, copies included. */
  list(stack: StackName, call: Call): AsyncIterable<Found>
  /** Observe, ensure, sync. Finds its own half-made object by uid. An `update` or `restart` that finds nothing is a `conflict`. */
  apply(verb: Verb, target: Target, desired: In, seen: Observation<In, Out>, call: Call): Promise<Applied<Out>>
  /** Already gone is success. Never touches an object whose mark is not genuinely the target's. */
  delete(target: Target, seen: Observation<In, Out>, call: Call): Promise<void>
  /** Writes the mark, or takes it off with `null`. */
  mark?(target: Target, mark: Mark | null, call: Call): Promise<void>
  /** Takes a part (a disk that outlives its machine) out of its owner. */
  detach?(target: Target, part: Target, call: Call): Promise<void>
  /** Problems that can be seen before anything is done: names, capacity, privileges. Either list may be empty. */
  preflight?(wanted: readonly Wanted<In>[], call: Call, touched: readonly Touched<In>[]): Promise<readonly Forecast[]>
  /** Objects that could be imported. */
  find?(query: Query, call: Call): AsyncIterable<Candidate<In, Out>>
  /** What `find` goes by beside the id and the name; it is never asked for anything else. */
  readonly findsBy?: readonly ('folder' | 'group' | 'tag')[]
  guest?(target: Target, seen: Observation<In, Out>, call: Call): Promise<Guest>
}

/** One open connection to a world. */
export interface Session extends AsyncDisposable {
  readonly realm: Realm
  readonly handlers: ReadonlyMap<TypeName, Handler>
}

/** What a provider is opened with. */
export interface Host {
  /** Absolute path of the configuration's folder; relative paths in settings start here. */
  readonly directory: string
  readonly signal: AbortSignal
  /** Makes images for the types that take them. */
  readonly images?: ImageFiles
}

/** Makes the files of an image where forge runs. */
export interface ImageFiles {
  /** @throws ProviderError `conflict` when the source is no longer what the digest says, `invalid` when it cannot be built. */
  make(inputs: ImageInputs, call: Call): Promise<readonly ImageFile[]>
}

/** One file of an image. The caller reads it and leaves it. */
export interface ImageFile {
  /** What stands behind the image's name and version. */
  readonly suffix: '.iso' | '-kernel' | '-initrd'
  readonly path: string
  /** Bytes. */
  readonly size: number
  readonly sha256: string
}

/** A provider: its types as data, and how a session is opened. Secrets in `settings` are in clear text here only. */
export interface Provider extends ProviderType {
  /** @throws ProviderError `denied` or `transient` when the world cannot be reached. */
  open(settings: PlainMap, host: Host): Promise<Session>
}

/** Checks at compile time that a provider is whole, and returns it. */
export const defineProvider = (provider: Provider): Provider => provider

/** Makes a typed handler fit the session's table; the schema of the type has checked the data before it comes here. */
export const defineHandler = <In extends PlainMap, Out extends PlainMap>(handler: Handler<In, Out>): Handler =>
  handler as unknown as Handler
