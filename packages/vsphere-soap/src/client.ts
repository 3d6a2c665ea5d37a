import { Datastores } from './files/datastore.ts'
import { Guests } from './guest/guest.ts'
import type { Query, Seen } from './properties/query.ts'
import { look } from './properties/one.ts'
import type { RetrieveOptions } from './properties/retrieve.ts'
import { retrieve } from './properties/retrieve.ts'
import type { Rest } from './rest/rest.ts'
import type { MethodName, Session } from './session/session.ts'
import type { TaskOptions } from './tasks/waiter.ts'
import { TaskWaiter } from './tasks/waiter.ts'
import type { Methods, Ref, ServiceContent } from './vim/types.ts'
import type { CallOptions } from './wire/deadline.ts'

/** A session on a vCenter or an ESXi host. */
export interface Client extends AsyncDisposable {
  /** The server's managers and roots, and in `about` what it is. */
  readonly content: ServiceContent
  /**
   * Calls a method of a managed object. The arguments are checked against the API before anything is sent.
   * @throws VsphereError; the signal's reason.
   */
  readonly call: <Name extends MethodName>(
    name: Name,
    target: Ref,
    args: Methods[Name]['args'],
    options?: CallOptions,
  ) => Promise<Methods[Name]['result']>
  /** Reads properties of many objects, each given as soon as it has been read. @throws VsphereError; the signal's reason. */
  readonly retrieve: (query: Query, options?: RetrieveOptions) => AsyncIterable<Seen>
  /** Reads properties of one object; null where it is gone. @throws VsphereError; the signal's reason. */
  readonly look: (object: Ref, paths: readonly string[], options?: CallOptions) => Promise<Seen | null>
  /**
   * Waits for a task, together with all others that are waited for.
   * @returns what the task resulted in. @throws VsphereFault where the task failed; VsphereError; the signal's reason.
   */
  readonly wait: (task: Ref, options?: TaskOptions) => Promise<unknown>
  /** Calls a method that begins a task, and waits for it. The timeout is that of the task. @throws as `wait`. */
  readonly run: <Name extends TaskMethod>(name: Name, target: Ref, args: Methods[Name]['args'], options?: TaskOptions) => Promise<unknown>
  /** The files of datastores. */
  readonly datastores: Datastores
  /** Programs and files in guests. */
  readonly guests: Guests
  /** What only the REST API has, such as tags. Its session is opened by the first call. */
  readonly rest: Pick<Rest, 'call'>
  /** Logs out. Twice is harmless. @throws VsphereError where the server may still hold the session. */
  readonly close: () => Promise<void>
}

/** The methods that begin a task. */
export type TaskMethod = Extract<MethodName, `${string}_Task`>

/** The client of a session. */
export const clientOf = (session: Session, rest: Rest, taskTimeoutMs: number): Client => {
  const waiter = new TaskWaiter(session, taskTimeoutMs)
  const close = async (): Promise<void> => {
    try {
      await rest.close()
    } finally {
      await session.close()
    }
  }
  return {
    content: session.content,
    call: (name, target, args, options) => session.call(name, target, args, options),
    retrieve: (query, options) => retrieve(session, query, options),
    look: (object, paths, options) => look(session, object, paths, options),
    wait: (task, options) => waiter.wait(task, options),
    run: async (name, target, args, options) =>
      waiter.wait(await session.call(name, target, args, { signal: options?.signal }), options, name),
    datastores: new Datastores(session, waiter),
    guests: new Guests(session),
    rest,
    close,
    [Symbol.asyncDispose]: close,
  }
}
