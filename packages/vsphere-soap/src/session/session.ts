import { encodeCall } from '../codec/encode.ts'
import type { Tap } from '../codec/decode.ts'
import { answerTo } from '../codec/envelope.ts'
import type { Method } from '../codec/schema.ts'
import { methodOf } from '../codec/schema.ts'
import { VsphereError, isFault } from '../error.ts'
import type { Methods, Ref, ServiceContent } from '../vim/types.ts'
import type { CallOptions } from '../wire/deadline.ts'
import { openDeadline, orAborted } from '../wire/deadline.ts'
import type { Sending, Wire } from './exchange.ts'
import { exchange, finish } from './exchange.ts'
import { readOnly } from './read-only.ts'
import { oldest, spokenVersion } from './version.ts'

/** Who logs in. */
export interface Credentials {
  readonly user: string
  readonly password: string
}

/** A method's name. */
export type MethodName = keyof Methods

const serviceInstance: Ref = { type: 'ServiceInstance', value: 'ServiceInstance' }

/**
 * Logs in. A signal that ends during it is obeyed after the server has answered and the session is closed again: a login
 * that was cut off would leave one behind.
 * @throws VsphereError; the signal's reason.
 */
export const openSession = async (
  wire: Wire,
  credentials: Credentials,
  { signal, timeoutMs }: { readonly signal: AbortSignal | undefined; readonly timeoutMs: number },
): Promise<Session> => {
  try {
    const session = new Session(wire, credentials, await contentOf(wire, signal, timeoutMs), timeoutMs)
    await session.renew(0)
    if (signal?.aborted !== true) return session
    await session.close()
    throw signal.reason
  } catch (error) {
    wire.agent.destroy()
    throw error
  }
}

/** A session on a server, which logs in anew when it has expired. */
export class Session {
  readonly content: ServiceContent
  readonly wire: Wire
  /** What a call may take where nothing else is said, in milliseconds. */
  readonly timeoutMs: number
  readonly #credentials: Credentials
  readonly #version: string
  #cookie: string | null = null
  #generation = 0
  #renewing: Promise<void> | null = null
  #isClosed = false

  constructor(wire: Wire, credentials: Credentials, content: ServiceContent, timeoutMs: number) {
    this.wire = wire
    this.content = content
    this.timeoutMs = timeoutMs
    this.#credentials = credentials
    this.#version = spokenVersion(content.about.apiVersion)
  }

  /** Counts the logins: what a session made on the server is gone with it. */
  get generation(): number {
    return this.#generation
  }

  /** The header that names the session, for transfers of files. @throws VsphereError of kind `closed`. */
  get cookie(): string {
    if (this.#cookie === null) throw closed('The session')
    return this.#cookie
  }

  /**
   * Makes a call. One whose session had expired is made again after a login, and so is one that only reads and lost its answer.
   * @throws VsphereError; the signal's reason.
   */
  async call<Name extends MethodName>(
    name: Name,
    target: Ref,
    args: Methods[Name]['args'],
    options: CallOptions = {},
  ): Promise<Methods[Name]['result']> {
    using deadline = openDeadline(name, options, this.timeoutMs)
    const method = knownMethod(name)
    const body = encodeCall(method, target, args)
    for (let attempt = 0; ; attempt += 1) {
      const seen = this.#generation
      try {
        // The decoder makes what the table says, and this is its type for this method.
        return (await finish(exchange(this.wire, this.#sending(name, body, deadline.signal), answerTo(method)))) as Methods[Name]['result']
      } catch (error) {
        if (attempt > 0) throw error
        if (isFault(error, 'NotAuthenticated')) await this.renew(seen, deadline.signal)
        else if (!isLost(error) || !readOnly.has(name)) throw error
      }
    }
  }

  /** Makes one call whose items are taken as they come; yields now and then. Nothing is tried again. @throws as `call`. */
  async *stream(name: MethodName, target: Ref, args: object, options: CallOptions & { readonly tap: Tap }): AsyncGenerator<void, unknown> {
    using deadline = openDeadline(name, options, this.timeoutMs)
    const method = knownMethod(name)
    const sending = this.#sending(name, encodeCall(method, target, args), deadline.signal)
    const exchanging = exchange(this.wire, sending, answerTo(method, options.tap))
    try {
      for (;;) {
        const step = await exchanging.next()
        if (step.done === true) return step.value
        // The time that the caller takes with the items is not the server's.
        deadline.pause()
        yield
        deadline.extend()
      }
    } finally {
      // Whoever stops in the middle leaves nothing open.
      await exchanging.return(undefined)
    }
  }

  /**
   * Logs in anew, unless that has been done since a generation; many who ask at once share one login.
   * @throws VsphereError; the signal's reason.
   */
  async renew(seen: number, signal?: AbortSignal): Promise<void> {
    if (this.#generation !== seen) return
    if (this.#isClosed) throw closed('Login')
    this.#renewing ??= this.#login().finally(() => {
      this.#renewing = null
    })
    await (signal === undefined ? this.#renewing : orAborted(this.#renewing, signal))
  }

  /** Logs out; calls that are under way are lost. @throws VsphereError where the server may still hold the session. */
  async close(): Promise<void> {
    if (this.#isClosed) return
    this.#isClosed = true
    try {
      await this.#renewing?.catch(() => undefined)
      if (this.#cookie !== null) await this.#logout(this.#cookie)
    } finally {
      this.#cookie = null
      this.wire.agent.destroy()
    }
  }

  #sending(name: MethodName, body: string, signal: AbortSignal): Sending {
    if (this.#isClosed) throw closed(name)
    return { body, version: this.#version, cookie: this.#cookie, signal }
  }

  // Without the old cookie, since a login that carries a live one is refused; without the caller's signal, see openSession.
  async #login(): Promise<void> {
    const { user, password } = this.#credentials
    const args = { userName: user, password }
    let fresh: string | null = null
    try {
      await this.#alone('Login', args, null, (cookie) => {
        fresh = cookie
      })
    } catch (error) {
      // The answer was cut off, but its head had come: there is a session.
      if (fresh !== null && !isFault(error, 'InvalidLogin')) await this.#logout(fresh).catch(() => undefined)
      throw error
    }
    if (fresh === null) throw new VsphereError('answer', 'Login: the server gave no session', { mayHaveRun: true })
    this.#cookie = fresh
    this.#generation += 1
  }

  async #logout(cookie: string): Promise<void> {
    try {
      // The connection that was kept may have been closed by the server meanwhile; a second logout is harmless.
      await this.#alone('Logout', {}, cookie).catch(async (error: unknown) => {
        if (!isLost(error)) throw error
        await this.#alone('Logout', {}, cookie)
      })
    } catch (error) {
      if (!isFault(error, 'NotAuthenticated')) throw error
    }
  }

  // A call of the session manager, which no expiry and no closing stops.
  async #alone(name: MethodName, args: object, cookie: string | null, onCookie?: (cookie: string) => void): Promise<void> {
    using deadline = openDeadline(name, {}, Math.min(this.timeoutMs, 30_000))
    const method = knownMethod(name)
    const manager = this.content.sessionManager ?? { type: 'SessionManager', value: 'SessionManager' }
    const sending = { body: encodeCall(method, manager, args), version: this.#version, cookie, signal: deadline.signal }
    // What it tells of the session is of no use, so nothing in it can be wrong.
    const answer = answerTo({ ...method, answer: null })
    await finish(exchange(this.wire, onCookie === undefined ? sending : { ...sending, onCookie }, answer))
  }
}

const contentOf = async (wire: Wire, signal: AbortSignal | undefined, timeoutMs: number): Promise<ServiceContent> => {
  using deadline = openDeadline('RetrieveServiceContent', { signal }, timeoutMs)
  const method = knownMethod('RetrieveServiceContent')
  const sending = { body: encodeCall(method, serviceInstance, {}), version: oldest, cookie: null, signal: deadline.signal }
  return (await finish(exchange(wire, sending, answerTo(method)))) as ServiceContent
}

const knownMethod = (name: string): Method => {
  const method = methodOf(name)
  if (method === null) throw new VsphereError('request', `There is no method ${name}`, { mayHaveRun: false })
  return method
}

const isLost = (error: unknown): boolean => error instanceof VsphereError && error.kind === 'lost'

const closed = (what: string): VsphereError => new VsphereError('closed', `${what}: the client is closed`, { mayHaveRun: false })
