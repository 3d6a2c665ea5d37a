import type { IncomingMessage } from 'node:http'
import type { Answer } from '../codec/envelope.ts'
import { VsphereError } from '../error.ts'
import type { Place, TrustingAgent } from '../wire/agent.ts'
import { malformed, openReader } from '../wire/reader.ts'
import { bytesOf, drain, send } from '../wire/request.ts'

/** The way to one server. */
export interface Wire {
  readonly agent: TrustingAgent
  readonly place: Place
  /** What one answer may have at most, in bytes. */
  readonly maxAnswerBytes: number
}

/** A call, ready to be sent. */
export interface Sending {
  readonly body: string
  /** The version of the API that is spoken, such as `8.0.2.0`. */
  readonly version: string
  readonly cookie: string | null
  readonly signal: AbortSignal
  /** Is told the session's cookie where the answer brings one, before its body is read. */
  readonly onCookie?: (cookie: string) => void
}

/**
 * Makes one call and reads its answer; yields after each piece of it, for those who take items as they come.
 * @throws VsphereFault where the server refuses, VsphereError where it gives no answer, the signal's reason once that has ended.
 */
export async function* exchange(
  wire: Wire,
  { body, version, cookie, signal, onCookie }: Sending,
  answer: Answer,
): AsyncGenerator<void, unknown> {
  const headers = {
    'Content-Type': 'text/xml; charset=utf-8',
    'Content-Length': Buffer.byteLength(body),
    'User-Agent': 'forge-vsphere-soap/0.1',
    SOAPAction: `"urn:vim25/${version}"`,
    ...(cookie === null ? {} : { Cookie: cookie }),
  }
  const response = await send(wire.agent, wire.place, { method: 'POST', path: '/sdk', headers, body, signal })
  const fresh = cookieOf(response)
  if (fresh !== null) onCookie?.(fresh)
  const status = response.statusCode ?? 0
  if (status !== 200 && status !== 500) {
    await drain(response, signal)
    throw httpError(status)
  }
  try {
    yield* read(wire, response, answer, signal)
    return answer.result()
  } catch (error) {
    // A server's fault comes with status 500, and so does a broken proxy's page.
    if (status === 500 && error instanceof VsphereError && error.kind === 'answer') throw httpError(status, error)
    throw error
  }
}

/** Makes one call to its end. @throws as `exchange`. */
export const finish = async (exchanging: AsyncGenerator<void, unknown>): Promise<unknown> => {
  for (;;) {
    const step = await exchanging.next()
    if (step.done === true) return step.value
  }
}

async function* read(wire: Wire, response: IncomingMessage, answer: Answer, signal: AbortSignal): AsyncGenerator<void, void> {
  const reader = openReader(answer.root)
  let size = 0
  for await (const chunk of bytesOf(response, signal)) {
    size += chunk.length
    if (size > wire.maxAnswerBytes) throw malformed(`it has more than ${wire.maxAnswerBytes} bytes`)
    reader.write(chunk)
    yield
  }
  reader.end()
}

const httpError = (status: number, cause?: unknown): VsphereError =>
  new VsphereError('http', `The server answered with HTTP status ${status} and not as a vSphere server does`, {
    mayHaveRun: status >= 500,
    cause,
  })

const cookieOf = (response: IncomingMessage): string | null => {
  const cookies = (response.headers['set-cookie'] ?? []).map((each) => each.split(';')[0] ?? '')
  return cookies.find((each) => each.startsWith('vmware_soap_session=')) ?? null
}
