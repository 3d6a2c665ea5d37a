import { isA } from '../codec/is-a.ts'
import { VsphereError, isFault } from '../error.ts'
import type { Session } from '../session/session.ts'
import type { ObjectContent, PropertyFilterSpec, Ref, RetrieveResult } from '../vim/types.ts'
import type { CallOptions } from '../wire/deadline.ts'
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
      for await (const seen of once(session, query, options)) {
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

async function* once(session: Session, query: Query, options: RetrieveOptions): AsyncGenerator<Seen, void, undefined> {
  const { propertyCollector } = session.content
  if (!('under' in query.of)) {
    if (query.of.objects.length > 0) yield* pages(session, propertyCollector, filterOf(query, null), options)
    return
  }
  const view = await openView(session, query.of.under, Object.keys(query.properties), options)
  try {
    yield* pages(session, propertyCollector, filterOf(query, view), options)
  } finally {
    await tidy(session.call('DestroyView', view, {}, { timeoutMs: 15_000 }))
  }
}

const openView = async (session: Session, container: Ref, type: readonly string[], { signal, timeoutMs }: CallOptions): Promise<Ref> => {
  const manager = session.content.viewManager
  if (manager === undefined) throw new VsphereError('answer', 'The server has no views', { mayHaveRun: false })
  return session.call('CreateContainerView', manager, { container, type, recursive: true }, { signal, timeoutMs })
}

async function* pages(
  session: Session,
  collector: Ref,
  spec: PropertyFilterSpec,
  options: RetrieveOptions,
): AsyncGenerator<Seen, void, undefined> {
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
): AsyncGenerator<Seen, string | undefined, undefined> {
  let ready: Seen[] = []
  // The decoder makes an ObjectContent of each item of this list.
  const put = (value: unknown): void => void ready.push(seenFrom(value as ObjectContent))
  const streaming = session.stream(name, collector, args, { ...options, tap: { field: 'objects', put } })
  try {
    for (;;) {
      const step = await streaming.next()
      const some = ready
      ready = []
      yield* some
      if (step.done === true) return (step.value as RetrieveResult | undefined)?.token
    }
  } finally {
    await streaming.return(undefined)
  }
}

// What is tidied up dies with the session at the latest.
const tidy = async (tidying: Promise<unknown>): Promise<void> => {
  await tidying.catch(() => undefined)
}
