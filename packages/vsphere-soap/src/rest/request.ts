import type { OutgoingHttpHeaders } from 'node:http'
import { malformed } from '../wire/reader.ts'
import { bytesOf, send } from '../wire/request.ts'
import type { Wire } from '../session/exchange.ts'
import { failureOf } from './failure.ts'

/** A request of the REST API. */
export interface RestRequest {
  readonly method: 'GET' | 'POST' | 'DELETE'
  /** Path and query, already escaped. */
  readonly path: string
  readonly headers: OutgoingHttpHeaders
  /** Undefined where there is none. */
  readonly body: unknown
  readonly signal: AbortSignal
}

// What is asked for is short; the limit of the whole wire is for the inventory.
const mostBytes = 16 * 2 ** 20

/** Makes one request and gives what is in its answer. @throws VsphereError; the signal's reason. */
export const restExchange = async (wire: Wire, { method, path, headers, body, signal }: RestRequest): Promise<unknown> => {
  const text = body === undefined ? null : JSON.stringify(body)
  const all = {
    Accept: 'application/json',
    'User-Agent': 'forge-vsphere-soap/0.1',
    ...(text === null ? { 'Content-Length': 0 } : { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(text) }),
    ...headers,
  }
  const response = await send(wire.agent, wire.place, { method, path, headers: all, body: text, signal })
  const status = response.statusCode ?? 0
  const limit = Math.min(mostBytes, wire.maxAnswerBytes)
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of bytesOf(response, signal)) {
    size += chunk.length
    if (size > limit) throw malformed(`it has more than ${limit} bytes`)
    chunks.push(chunk)
  }
  const answer = Buffer.concat(chunks).toString('utf8')
  if (status < 200 || status > 299) throw failureOf(`${method} ${path.split('?~action=').join(' ')}`, status, tolerant(answer))
  if (answer === '') return null
  const parsed = tolerant(answer)
  // An answer of the API is an object, `{"value": ...}`; a page of something in between is none.
  if (typeof parsed !== 'object' || parsed === null) throw malformed('it is not JSON as the API has it')
  return 'value' in parsed ? parsed.value : null
}

const tolerant = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
