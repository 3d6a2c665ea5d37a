import type { RequestOptions } from 'node:https'
import type { Duplex } from 'node:stream'
import type { ConnectionOptions, SecureContext, TLSSocket } from 'node:tls'
import { Agent } from 'node:https'
import { isIP } from 'node:net'
import { connect, createSecureContext } from 'node:tls'
import { VsphereError } from '../error.ts'
import { authorities } from './authorities.ts'
import type { Trust } from './trust.ts'
import type { Proxy } from './tunnel.ts'
import { digitsOf, isPinned, thumbprintsOf, untrusted } from './trust.ts'
import { tunnelTo } from './tunnel.ts'

/** Where the server is. */
export interface Place {
  /** A name or an address, without brackets. */
  readonly host: string
  readonly port: number
}

/** How connections are made. */
export interface Ways {
  /** At the same time. */
  readonly maxSockets: number
  /** Whether they stay open between calls. */
  readonly keepAlive: boolean
  readonly proxy: Proxy | null
}

// Gone before a server or something in between drops it: a call on a dropped connection is lost, and who knows whether it was heard.
const idleMs = 20_000

type Done = (error: Error | null, stream: Duplex) => void

/**
 * Keeps connections open between calls and hands one out only after its certificate was judged: not a byte of a request,
 * and so no password, is sent before.
 */
export class TrustingAgent extends Agent {
  /** What connections are made through, if anything. */
  readonly proxy: Proxy | null
  readonly #place: Place
  readonly #trust: Trust
  #context: SecureContext | undefined
  #isDestroyed = false

  /** @throws VsphereError of kind `request` where a thumbprint is none or a CA is not PEM. */
  constructor(place: Place, trust: Trust, { maxSockets, keepAlive, proxy }: Ways) {
    // A resumed session brings no certificate to judge.
    super({ keepAlive, maxSockets, maxCachedSessions: 0, scheduling: 'lifo', timeout: idleMs })
    this.proxy = proxy
    this.#place = place
    this.#trust = trust
    if (trust.kind === 'thumbprint') digitsOf(trust.thumbprint)
  }

  override createConnection(_options: RequestOptions, callback?: Done): null {
    const done = callback as (error: Error | null, stream?: Duplex) => void
    this.#open().then(
      (socket) => {
        if (!this.#isDestroyed) return done(null, socket)
        socket.destroy()
        done(new VsphereError('closed', 'The client is closed', { mayHaveRun: false }))
      },
      (error: unknown) => done(unreachable(this.#place, error)),
    )
    return null
  }

  // A connection that is being made is not yet among those that the agent knows.
  override destroy(): void {
    this.#isDestroyed = true
    super.destroy()
  }

  async #open(): Promise<TLSSocket> {
    const { host, port } = this.#place
    this.#context ??= contextOf(this.#trust)
    const options: ConnectionOptions = { host, port, secureContext: this.#context, ...(isIP(host) === 0 ? { servername: host } : {}) }
    const trust = this.#trust
    if (trust.kind === 'system' || trust.kind === 'ca') return this.#verified(options)
    const socket = await this.#handshake({ ...options, rejectUnauthorized: false })
    if (trust.kind === 'none') return socket
    const thumbprints = thumbprintsOf(socket)
    if (thumbprints !== null && isPinned(trust.thumbprint, thumbprints)) return socket
    socket.destroy()
    throw thumbprints === null
      ? new VsphereError('unreachable', `${host}:${port} showed no certificate`, { mayHaveRun: false })
      : untrusted(`${host}:${port}`, 'it is not the one that the thumbprint names', thumbprints)
  }

  async #handshake(options: ConnectionOptions): Promise<TLSSocket> {
    if (this.proxy === null) return handshake(options)
    return handshake({ ...options, socket: await tunnelTo(this.#place, this.proxy) })
  }

  // Node judges. Where it says no, a second connection, over which nothing is sent, tells which certificate that was.
  async #verified(options: ConnectionOptions): Promise<TLSSocket> {
    const { host, port } = this.#place
    try {
      return await this.#handshake({ ...options, rejectUnauthorized: true })
    } catch (error) {
      if (!isVerdict(error)) throw error
      const socket = await this.#handshake({ ...options, rejectUnauthorized: false })
      const thumbprints = thumbprintsOf(socket)
      socket.destroy()
      throw thumbprints === null ? error : untrusted(`${host}:${port}`, reasonOf(error), thumbprints)
    }
  }
}

const contextOf = (trust: Trust): SecureContext => {
  try {
    return createSecureContext(trust.kind === 'ca' ? { ca: trust.pem } : trust.kind === 'system' ? authorities() : {})
  } catch (cause) {
    throw new VsphereError('request', 'The authorities (CA) to trust cannot be read; they have to be PEM', { mayHaveRun: false, cause })
  }
}

const handshake = (options: ConnectionOptions): Promise<TLSSocket> =>
  new Promise((resolve, reject) => {
    const socket = connect({ ...options, minVersion: 'TLSv1.2', ALPNProtocols: ['http/1.1'], timeout: 30_000 })
    const fail = (error: Error): void => {
      socket.destroy()
      reject(error)
    }
    const onTimeout = (): void => fail(new Error('no connection within 30 s'))
    const onEnd = (): void => fail(new Error('the connection was closed'))
    socket.on('error', fail).once('timeout', onTimeout).once('close', onEnd)
    socket.once('secureConnect', () => {
      socket.setTimeout(0)
      socket.off('error', fail).off('timeout', onTimeout).off('close', onEnd)
      resolve(socket)
    })
  })

const codeOf = (error: unknown): string => (error instanceof Error && 'code' in error ? String(error.code) : '')

// The words of OpenSSL's verification and of Node's check of the name.
const isVerdict = (error: unknown): boolean =>
  /CERT|SIGNATURE|ISSUER|_CA$|HOSTNAME|CRL|PATH_LENGTH|PURPOSE/.test(codeOf(error)) && !codeOf(error).startsWith('ERR_SSL')

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error)).replace(/\.$/, '')

const unreachable = ({ host, port }: Place, cause: unknown): VsphereError =>
  cause instanceof VsphereError
    ? cause
    : new VsphereError('unreachable', `${host}:${port} cannot be reached: ${reasonOf(cause)}`, { mayHaveRun: false, cause })
