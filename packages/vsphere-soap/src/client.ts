import type { Query, Seen } from './properties/query.ts'
import type { RetrieveOptions } from './properties/retrieve.ts'
import { retrieve } from './properties/retrieve.ts'
import type { MethodName, Session } from './session/session.ts'
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
  /** Logs out. Twice is harmless. @throws VsphereError where the server may still hold the session. */
  readonly close: () => Promise<void>
}

/** The client of a session. */
export const clientOf = (session: Session): Client => {
  const close = (): Promise<void> => session.close()
  return {
    content: session.content,
    call: (name, target, args, options) => session.call(name, target, args, options),
    retrieve: (query, options) => retrieve(session, query, options),
    close,
    [Symbol.asyncDispose]: close,
  }
}
