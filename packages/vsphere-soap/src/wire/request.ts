import type { IncomingMessage, OutgoingHttpHeaders } from 'node:http'
import type { Agent } from 'node:https'
import { request } from 'node:https'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream'
import { VsphereError } from '../error.ts'
import type { Place } from './agent.ts'

/** An HTTP request. */
export interface Outgoing {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'DELETE'
  /** Path and query, already escaped. */
  readonly path: string
  readonly headers: OutgoingHttpHeaders
  readonly body: string | Readable | null
  readonly signal: AbortSignal
}

/**
 * Sends a request and waits for the head of its answer.
 * @throws VsphereError of kind `unreachable`, `certificate` or `lost`; the signal's reason once that has ended.
 */
export const send = (agent: Agent, place: Place, { method, path, headers, body, signal }: Outgoing): Promise<IncomingMessage> =>
  new Promise((resolve, reject) => {
    signal.throwIfAborted()
    const outgoing = request({ agent, ...place, method, path, headers, signal })
    outgoing.once('response', (response) => {
      // Whoever reads it is told of its failure; between two reads nobody is, and an error that nobody hears ends the process.
      response.on('error', () => undefined)
      resolve(response)
    })
    outgoing.on('error', (error) => reject(asLost(error, signal)))
    if (body === null || typeof body === 'string') outgoing.end(body ?? undefined)
    else pipeline(body, outgoing, (error) => error && reject(asLost(error, signal)))
  })

/** The bytes of an answer as they come. @throws as `send`. */
export async function* bytesOf(response: IncomingMessage, signal: AbortSignal): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    for await (const chunk of response) yield chunk as Uint8Array
  } catch (error) {
    throw asLost(error, signal)
  }
}

/** Reads what is left of an answer and drops it, so that the connection can be used again; gives up on much. */
export const drain = async (response: IncomingMessage, signal: AbortSignal): Promise<void> => {
  let size = 0
  for await (const chunk of bytesOf(response, signal)) {
    size += chunk.length
    if (size > 65_536) break
  }
}

const asLost = (error: unknown, signal: AbortSignal): unknown => {
  if (signal.aborted) return signal.reason
  if (error instanceof VsphereError) return error
  const text = error instanceof Error ? error.message : String(error)
  return new VsphereError('lost', `The connection was lost before the answer came: ${text}`, { mayHaveRun: true, cause: error })
}
