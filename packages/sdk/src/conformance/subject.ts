import type { Plain, PlainMap, RemoteId, TypeName } from '@forgeplan/model'
import type { ImageFiles, Provider } from '../provider.ts'

/**
 * A provider as the suite sees it. Each optional member enables the cases that need it; a case that cannot be run is
 * not listed.
 */
export interface Subject {
  readonly provider: Provider
  /** The type under test; the provider's machine if absent. */
  readonly type?: TypeName
  /** The optional methods that its handler has; the suite holds the provider to it. */
  readonly offers: readonly Offer[]
  readonly settings: PlainMap
  /** What makes the images, where the type is one of images. */
  readonly images?: ImageFiles
  /** Absolute path of the folder that relative paths in `settings` start from. */
  readonly directory: string
  /** Whole and valid inputs; those of two names must be able to stand side by side. */
  inputs(name: string): PlainMap
  /** The same inputs after a change that an `update` can make in place. */
  changed?(inputs: PlainMap): PlainMap
  /** Settings that lead to another world. */
  readonly otherWorld?: PlainMap
  /** Other settings that lead to the same world, such as a name in place of an address. */
  readonly sameWorld?: PlainMap
  /** A command that every fresh machine can run, and what it prints. */
  readonly command?: { readonly argv: readonly string[]; readonly stdout: string }
  readonly secret?: SecretPlace
  readonly world?: WorldHooks
  /** The real clock if absent. Times are milliseconds since 1970. */
  readonly clock?: SuiteClock
}

export type Offer = 'mark' | 'detach' | 'preflight' | 'find' | 'guest'

export interface SuiteClock {
  now(): number
  sleep(ms: number, signal: AbortSignal): Promise<void>
}

/** Where a secret goes in, and where it must not come out. */
export interface SecretPlace {
  /** `inputs` with `canary` in every secret field. */
  inject(inputs: PlainMap, canary: string): PlainMap
  /** Logs, mark files, process lists: everything outside of the machine that could show it. */
  places?(): Promise<readonly string[]>
}

/** What the suite may do to the world behind the provider's back. */
export interface WorldHooks {
  /** Clones an object with everything that is written on it; `discard` takes the clone away. */
  readonly copy?: { make(id: RemoteId): Promise<RemoteId>; discard(id: RemoteId): Promise<void> }
  /** Writes any data where the mark stands. */
  writeMark?(id: RemoteId, raw: Plain): Promise<void>
  /** Makes creations take that long, milliseconds, until it is disposed. */
  slowCreation?(ms: number): Promise<AsyncDisposable>
  /** Breaks the connection of open sessions until it is disposed. */
  disconnect?(): Promise<AsyncDisposable>
  /** Makes the object stop, as a power-off would. */
  stop?(id: RemoteId): Promise<void>
  /** A login that stops seeing an object when `hide` is called. */
  readonly narrowLogin?: { readonly settings: PlainMap; hide(id: RemoteId): Promise<void> }
}

/** One case: it rejects with an `AssertionError` that says what the provider does wrong. */
export interface Case {
  readonly name: string
  readonly run: () => Promise<void>
}
