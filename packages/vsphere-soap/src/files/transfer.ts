import type { IncomingMessage } from 'node:http'
import { Readable } from 'node:stream'
import { VsphereError } from '../error.ts'
import type { Place, TrustingAgent } from '../wire/agent.ts'
import type { CallOptions } from '../wire/deadline.ts'
import { openDeadline } from '../wire/deadline.ts'
import { bytesOf, drain, send } from '../wire/request.ts'
import { Meter } from './meter.ts'

/** What is to be sent: it can be opened again where the first attempt met an expired session. */
export interface Source {
  readonly bytes: number
  readonly open: () => AsyncIterable<Uint8Array>
}

/** How a file is moved. The timeout is that without any progress, not that of the whole transfer. */
export interface TransferOptions extends CallOptions {
  /** Is told the bytes that have gone out so far. */
  readonly onProgress?: ((bytes: number) => void) | undefined
  /** What the content's SHA-256 has to be, in hexadecimal digits. A content with another is not completed on the server. */
  readonly sha256?: string | undefined
}

/** What was sent. */
export interface Sent {
  readonly bytes: number
  /** In lower-case hexadecimal digits. */
  readonly sha256: string
}

/** Where a transfer goes. */
export interface Target {
  readonly agent: TrustingAgent
  readonly place: Place
  /** Path and query, already escaped. */
  readonly path: string
  readonly cookie: string | null
  /** What a step of it may take where nothing else is said, in milliseconds. */
  readonly timeoutMs: number
}

/**
 * Sends a content as it is read, never all of it in memory.
 * @throws VsphereError: `checksum` where the content is not what was said, `http` where the server refuses; the signal's reason.
 */
export const put = async (target: Target, source: Source, options: TransferOptions): Promise<Sent> => {
  using deadline = openDeadline('Upload', options, target.timeoutMs)
  const meter = new Meter(source, options, () => deadline.extend())
  const headers = { ...cookieHeader(target.cookie), 'Content-Type': 'application/octet-stream', 'Content-Length': source.bytes }
  const body = Readable.from(meter.pieces(), { objectMode: false })
  try {
    const response = await send(target.agent, target.place, { method: 'PUT', path: target.path, headers, body, signal: deadline.signal })
    await accept(response, deadline.signal)
  } catch (error) {
    // That the source failed is the cause of the connection's end and not the other way round.
    throw meter.failure ?? error
  } finally {
    body.destroy()
  }
  return { bytes: source.bytes, sha256: meter.sha256 }
}

/** The bytes of a file as they come. @throws VsphereError; the signal's reason. */
export async function* get(target: Target, options: CallOptions): AsyncGenerator<Uint8Array, void, undefined> {
  using deadline = openDeadline('Download', options, target.timeoutMs)
  const request = { method: 'GET' as const, path: target.path, headers: cookieHeader(target.cookie), body: null, signal: deadline.signal }
  const response = await send(target.agent, target.place, request)
  if (response.statusCode !== 200) await accept(response, deadline.signal)
  for await (const chunk of bytesOf(response, deadline.signal)) {
    deadline.pause()
    yield chunk
    deadline.extend()
  }
}

/** Whether a transfer failed since the session had expired. */
export const isUnauthorized = (error: unknown): boolean => error instanceof TransferError && error.status === 401

class TransferError extends VsphereError {
  readonly status: number

  constructor(status: number) {
    super('http', `The server answered with HTTP status ${status}: ${meanings[status] ?? 'it does not take part in this transfer'}`, {
      mayHaveRun: status >= 500,
    })
    this.status = status
  }
}

const meanings: Readonly<Record<number, string>> = {
  401: 'the session has expired',
  403: 'this is not allowed',
  404: 'there is no such datacenter, datastore or file',
  500: 'it could not write or read the file',
  503: 'it is not ready',
}

const accept = async (response: IncomingMessage, signal: AbortSignal): Promise<void> => {
  const status = response.statusCode ?? 0
  if (status >= 200 && status < 300) return drain(response, signal)
  // It may have answered before all was sent: the connection cannot be used again.
  response.destroy()
  throw new TransferError(status)
}

const cookieHeader = (cookie: string | null): { readonly Cookie?: string } => (cookie === null ? {} : { Cookie: cookie })
