import { isA } from '../codec/is-a.ts'
import { isRef } from '../codec/shape.ts'
import { VsphereError, VsphereFault, isFault } from '../error.ts'
import type { Session } from '../session/session.ts'
import type { ObjectContent, PropertyFilterSpec, Ref, RetrieveResult } from '../vim/types.ts'
import type { CallOptions } from '../wire/deadline.ts'
import { inParts, partsOf } from './parts.ts'
import type { Query, Seen } from './query.ts'
import { filterOf, seenFrom } from './query.ts'

/** How a query is read. */
export interface RetrieveOptions extends CallOptions {
  /** Objects that one answer brings at most; the timeout is that of one answer. */
  readonly pageSize?: number | undefined
}

/**
 * Reads the properties of many objects, each given as soon as it has been read. Where the session expires or a connection is
 * lost on the way it begins anew, once, and leaves out what it has given.
 * @throws VsphereError; the signal's reason.
 */
export async function* retrieve(session: Session, query: Query, options: RetrieveOptions = {}): AsyncGenerator<Seen, void, undefined> {
  const given = new Set<string>()
  for (let attempt = 0; ; attempt += 1) {
    const generation = session.generation
    try {
      for await (const batch of once(session, query, options))
        for (const seen of batch) {
          const key = `${seen.ref.type}:${seen.ref.value}`
          if (given.has(key)) continue
          given.add(key)
          yield seen
        }
      return
    } catch (error) {
      if (attempt > 0) throw error
      if (isFault(error, 'NotAuthenticated')) await session.renew(generation, options.signal)
      else if (!isPassing(error) && session.generation === generation) throw error
    }
  }
}

// A view and an open result go with their session, which another call may have renewed meanwhile.
const isPassing = (error: unknown): boolean =>
  (error instanceof VsphereError && error.kind === 'lost') ||
  (isFault(error, 'ManagedObjectNotFound') && isA(error.detail, 'ManagedObjectNotFound') && error.detail.obj.type === 'ContainerView')

/** What came together. An object by itself would have to wait its turn at each of the steps between the answer and the caller. */
type Batch = readonly Seen[]

async function* once(session: Session, { of, properties }: Query, options: RetrieveOptions): AsyncGenerator<Batch, void, undefined> {
  const read = (part: readonly Ref[], signal: AbortSignal | undefined): AsyncIterable<Batch> =>
    pages(session, filterOf(part, properties), { ...options, signal })
  if ('objects' in of) return yield* inParts(partsOf(of.objects), read, options.signal)
  const view = await openView(session, of.under, Object.keys(properties), options)
  let tidying: Promise<void> | null = null
  const end = (): Promise<void> => (tidying ??= tidy(session.call('DestroyView', view, {}, { timeoutMs: 15_000 })))
  const readAndEnd = async function* (part: readonly Ref[], signal: AbortSignal | undefined): AsyncGenerator<Batch, void, undefined> {
    yield* read(part, signal)
    // Nobody waits for it, and by now a connection is free.
    void end()
  }
  try {
    const parts = partsOf(await refsIn(session, view, options))
    for await (const batch of inParts(parts, readAndEnd, options.signal)) yield batch.filter((seen) => !isGone(seen))
  } finally {
    await end()
  }
}

const isGone = ({ properties, missing }: Seen): boolean =>
  properties.size === 0 && missing.some(({ fault }) => fault === 'ManagedObjectNotFound')

const openView = async (session: Session, container: Ref, type: readonly string[], { signal, timeoutMs }: CallOptions): Promise<Ref> => {
  const manager = session.content.viewManager
  if (manager === undefined) throw new VsphereError('answer', 'The server has no views', { mayHaveRun: false })
  return session.call('CreateContainerView', manager, { container, type, recursive: true }, { signal, timeoutMs })
}

// A view that cannot be read is not one that is empty.
const refsIn = async (session: Session, view: Ref, options: CallOptions): Promise<readonly Ref[]> => {
  const spec = { ...filterOf([view], { [view.type]: ['view'] }), reportMissingObjectsInResults: false }
  let refs: readonly unknown[] | null = null
  for await (const batch of pages(session, spec, options))
    for (const { properties, missing } of batch) {
      const seen = properties.get('view') ?? []
      if (missing.length === 0 && Array.isArray(seen)) refs = seen
    }
  if (refs?.every(isRef) !== true) throw new VsphereError('answer', 'The server does not say what is in a view', { mayHaveRun: true })
  return refs
}

async function* pages(session: Session, spec: PropertyFilterSpec, options: RetrieveOptions): AsyncGenerator<Batch, void, undefined> {
  const { propertyCollector: collector } = session.content
  const maxObjects = options.pageSize ?? 500
  let token = yield* page(session, 'RetrievePropertiesEx', collector, { specSet: [spec], options: { maxObjects } }, options)
  try {
    while (token !== undefined) {
      const next: string = token
      token = yield* page(session, 'ContinueRetrievePropertiesEx', collector, { token: next }, options)
    }
  } finally {
    // Whoever stops in the middle leaves an open result behind.
    if (token !== undefined) await tidy(session.call('CancelRetrievePropertiesEx', collector, { token }, { timeoutMs: 15_000 }))
  }
}

async function* page(
  session: Session,
  name: 'RetrievePropertiesEx' | 'ContinueRetrievePropertiesEx',
  collector: Ref,
  args: object,
  options: CallOptions,
): AsyncGenerator<Batch, string | undefined, undefined> {
  let ready: Seen[] = []
  const put = (value: unknown): void => {
    // The decoder makes an ObjectContent of each item of this list.
    const seen = seenFrom(value as ObjectContent)
    if (seen.missing.some(({ fault }) => fault === 'NotAuthenticated')) throw expired(name)
    ready.push(seen)
  }
  const streaming = session.stream(name, collector, args, { ...options, tap: { field: 'objects', put } })
  try {
    for (;;) {
      const step = await streaming.next()
      const some = ready
      ready = []
      if (some.length > 0) yield some
      if (step.done === true) return (step.value as RetrieveResult | undefined)?.token
    }
  } finally {
    await streaming.return(undefined)
  }
}

// Some servers say so of each property only.
const expired = (name: string): VsphereFault => new VsphereFault(name, 'NotAuthenticated', '', { $type: 'NotAuthenticated' })

// What is tidied up dies with the session at the latest.
const tidy = async (tidying: Promise<unknown>): Promise<void> => {
  await tidying.catch(() => undefined)
}
