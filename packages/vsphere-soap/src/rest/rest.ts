import { VsphereError, VsphereFault, isFault } from '../error.ts'
import type { Wire } from '../session/exchange.ts'
import type { Credentials } from '../session/session.ts'
import { malformed } from '../wire/reader.ts'
import type { CallOptions } from '../wire/deadline.ts'
import { openDeadline, orAborted } from '../wire/deadline.ts'
import { noDetail } from './failure.ts'
import { restExchange } from './request.ts'

/** What is called. */
export interface RestCall {
  /** Below `/rest/com/vmware/`, already escaped: `cis/tagging/category`. */
  readonly path: string
  readonly method?: 'GET' | 'POST' | 'DELETE'
  readonly body?: unknown
  /** Changes nothing, and may be made again where its answer was lost; a GET always. */
  readonly isReadOnly?: boolean
}

const root = '/rest/com/vmware/'
const login = `${root}cis/session`

/**
 * A session of the REST API beside that of SOAP, over the same connections. It is opened by the first call, so that whoever
 * makes none has none. The paths are those of `/rest`, which vSphere 6.5 to 8 have, and not those of `/api`.
 */
export class Rest {
  readonly #wire: Wire
  readonly #credentials: Credentials
  readonly #timeoutMs: number
  #token: string | null = null
  #opening: Promise<string> | null = null
  #isClosed = false

  constructor(wire: Wire, credentials: Credentials, timeoutMs: number) {
    this.#wire = wire
    this.#credentials = credentials
    this.#timeoutMs = timeoutMs
  }

  /** Makes a call, and makes it again after a login where its session had expired. @returns what the answer has as `value`. @throws VsphereError; the signal's reason. */
  async call({ path, method = 'GET', body, isReadOnly = method === 'GET' }: RestCall, options: CallOptions = {}): Promise<unknown> {
    using deadline = openDeadline(path, options, this.#timeoutMs)
    const { signal } = deadline
    for (let attempt = 0; ; attempt += 1) {
      const token = await orAborted(this.#open(), signal)
      try {
        return await restExchange(this.#wire, { method, path: `${root}${path}`, headers: named(token), body, signal })
      } catch (error) {
        if (attempt > 0) throw error
        if (isFault(error, 'NotAuthenticated')) this.#expired(token)
        else if (!isReadOnly || !(error instanceof VsphereError) || error.kind !== 'lost') throw error
      }
    }
  }

  /** Logs out, where it was logged in. @throws VsphereError where the server may still hold the session. */
  async close(): Promise<void> {
    if (this.#isClosed) return
    this.#isClosed = true
    // One that is being opened is left behind otherwise.
    await this.#opening?.catch(() => undefined)
    const token = this.#token
    this.#token = null
    if (token === null) return
    using deadline = openDeadline('Logout', {}, Math.min(this.#timeoutMs, 30_000))
    try {
      await restExchange(this.#wire, { method: 'DELETE', path: login, headers: named(token), body: undefined, signal: deadline.signal })
    } catch (error) {
      if (!isFault(error, 'NotAuthenticated')) throw error
    }
  }

  #expired(token: string): void {
    if (this.#token === token) this.#token = null
  }

  // Many who ask at once share one login, and whoever gives up does not cut it off: it would leave a session behind.
  #open(): Promise<string> {
    if (this.#isClosed) return Promise.reject(new VsphereError('closed', 'Call: the client is closed', { mayHaveRun: false }))
    if (this.#token !== null) return Promise.resolve(this.#token)
    this.#opening ??= this.#login().finally(() => {
      this.#opening = null
    })
    return this.#opening
  }

  async #login(): Promise<string> {
    using deadline = openDeadline('Login', {}, this.#timeoutMs)
    const { user, password } = this.#credentials
    const basic = Buffer.from(`${user}:${password}`, 'utf8').toString('base64')
    const headers = { Authorization: `Basic ${basic}`, 'vmware-use-header-authn': 'true' }
    const { signal } = deadline
    const token = await restExchange(this.#wire, { method: 'POST', path: login, headers, body: undefined, signal }).catch(refusal)
    if (typeof token !== 'string' || !/^[\x21-\x7e]{1,1024}$/.test(token)) throw malformed('it has no session')
    this.#token = token
    return token
  }
}

// A login is refused as a call without one is, and a standalone host has no such place.
const refusal = (error: unknown): never => {
  if (isFault(error, 'NotAuthenticated')) throw new VsphereFault('Login', 'InvalidLogin', '', noDetail)
  if (isFault(error, 'ManagedObjectNotFound')) throw new VsphereFault('Login', 'NotSupported', 'the server has no REST API', noDetail)
  throw error
}

const named = (token: string) => ({ 'vmware-api-session-id': token })
