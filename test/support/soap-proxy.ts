import type { IncomingMessage, ServerResponse } from 'node:http'
import { once } from 'node:events'
import { Agent, createServer, request } from 'node:https'
import type { AddressInfo, Socket } from 'node:net'
import type { Identity } from './certificate.ts'

/** What becomes of one request on its way. */
export type Meddling =
  | { readonly kind: 'pass' }
  /** The connection ends and the server never hears of it. */
  | { readonly kind: 'cut-before' }
  /** The server does it, and the connection ends before its answer. */
  | { readonly kind: 'cut-after' }
  /** The server does it, and a part of its answer arrives, with a length that says otherwise. */
  | { readonly kind: 'truncate' }
  /** The server is given half of the request, or so many bytes of it, before the connection ends. */
  | { readonly kind: 'half'; readonly bytes?: number }
  /** The server is given so many bytes of an upload, and something in between answers while the rest is still being sent. */
  | { readonly kind: 'early'; readonly bytes: number; readonly status: number }
  /** The server does it, and its answer never comes. */
  | { readonly kind: 'hold' }
  /** Something in between answers. */
  | { readonly kind: 'status'; readonly status: number }
  | { readonly kind: 'delay'; readonly ms: number }
  /** It waits until something else has come to its end. */
  | { readonly kind: 'after'; readonly end: Promise<unknown> }
  /** The server refuses with a fault of that type, and does nothing. */
  | { readonly kind: 'fault'; readonly fault: string }
  /** The session of the request is ended on the server before the request arrives there. */
  | { readonly kind: 'expire' }

/** A proxy in front of a simulated vCenter. */
export interface SoapProxy extends AsyncDisposable {
  readonly port: number
  /** The methods that were called, or `PUT /folder`, `GET /rest/...` and the like, in their order. */
  readonly calls: string[]
}

/** What came of one request that went through to the server. */
export interface Exchange {
  readonly method: string
  readonly request: string
  readonly answer: string
}

/** Starts one; `meddle` is asked for each request with its method and how many of that method there were before, `heard` is told. */
export const startProxy = async (
  identity: Identity,
  target: number,
  meddle: (method: string, before: number) => Meddling,
  heard: (exchange: Exchange) => void = () => undefined,
): Promise<SoapProxy> => {
  const calls: string[] = []
  const sockets = new Set<Socket>()
  const agent = new Agent({ keepAlive: true, rejectUnauthorized: false })
  const server = createServer({ cert: identity.cert, key: identity.key }, (incoming, outgoing) => {
    const meddling = (method: string): Meddling => {
      const before = calls.filter((each) => each === method).length
      calls.push(method)
      return meddle(method, before)
    }
    const passing = { incoming, outgoing, target, agent, heard }
    // What an upload is shows before all of it has come.
    const early = incoming.method === 'PUT' ? meddling(methodOf(incoming, noBody)) : null
    const body = early?.kind === 'early' ? firstOf(incoming, early.bytes) : bodyOf(incoming)
    void body.then((bytes) => {
      const method = methodOf(incoming, bytes)
      perform(early ?? meddling(method), { ...passing, body: bytes, method })
    })
  })
  server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    calls,
    [Symbol.asyncDispose]: async () => {
      const closed = once(server, 'close')
      server.close()
      for (const socket of sockets) socket.destroy()
      agent.destroy()
      await closed
    },
  }
}

interface Passing {
  readonly incoming: IncomingMessage
  readonly outgoing: ServerResponse
  readonly body: Buffer
  readonly target: number
  readonly agent: Agent
  readonly method: string
  readonly heard: (exchange: Exchange) => void
}

const perform = (meddling: Meddling, passing: Passing): void => {
  const { outgoing } = passing
  switch (meddling.kind) {
    case 'pass':
      return forward(passing, (answer) => void outgoing.end(answer))
    case 'cut-before':
      return void outgoing.destroy()
    case 'cut-after':
      return forward(passing, () => void outgoing.destroy())
    case 'half':
      return half(passing, meddling.bytes ?? passing.body.length / 2, () => outgoing.destroy())
    case 'early':
      return half(passing, meddling.bytes, () => {
        outgoing.statusCode = meddling.status
        outgoing.end('<html>not now</html>')
      })
    case 'hold':
      return forward(passing, () => undefined)
    case 'truncate':
      return forward(passing, (answer) => {
        outgoing.setHeader('Content-Length', answer.length)
        outgoing.write(answer.subarray(0, answer.length / 2), () => outgoing.destroy())
      })
    case 'status':
      outgoing.statusCode = meddling.status
      return void outgoing.end('<html>not now</html>')
    case 'after': {
      const pass = (): void => perform({ kind: 'pass' }, passing)
      return void meddling.end.then(pass, pass)
    }
    case 'delay':
      return void setTimeout(() => perform({ kind: 'pass' }, passing), meddling.ms)
    case 'fault':
      outgoing.statusCode = 500
      return void outgoing.end(faultEnvelope(meddling.fault))
    case 'expire':
      return logOut(passing, () => perform({ kind: 'pass' }, passing))
    default:
      meddling satisfies never
  }
}

const forward = ({ incoming, outgoing, body, target, agent, method, heard }: Passing, answered: (answer: Buffer) => void): void => {
  const headers = { ...incoming.headers, host: `127.0.0.1:${target}` }
  const onward = request({ agent, host: '127.0.0.1', port: target, method: incoming.method, path: incoming.url, headers })
  onward.on('error', () => outgoing.destroy())
  onward.on('response', (response) => {
    outgoing.statusCode = response.statusCode ?? 502
    const cookies = response.headers['set-cookie']
    if (cookies !== undefined) outgoing.setHeader('Set-Cookie', cookies)
    void bodyOf(response).then((answer) => {
      heard({ method, request: body.toString(), answer: answer.toString() })
      answered(answer)
    })
  })
  onward.end(body)
}

// The server hears of the length of all, and of a part.
const half = ({ incoming, body, target, agent }: Passing, bytes: number, given: () => void): void => {
  const headers = { ...incoming.headers, host: `127.0.0.1:${target}` }
  const onward = request({ agent, host: '127.0.0.1', port: target, method: incoming.method, path: incoming.url, headers })
  onward.on('close', given)
  onward.on('error', () => undefined)
  onward.write(body.subarray(0, bytes), () => onward.destroy())
}

const logOut = ({ incoming, target, agent }: Passing, done: () => void): void => {
  const headers = { 'Content-Type': 'text/xml', ...(incoming.headers.cookie === undefined ? {} : { Cookie: incoming.headers.cookie }) }
  const onward = request({ agent, host: '127.0.0.1', port: target, method: 'POST', path: '/sdk', headers })
  onward.on('error', done)
  onward.on('response', (response) => void bodyOf(response).then(done))
  onward.end(envelope('<Logout xmlns="urn:vim25"><_this type="SessionManager">SessionManager</_this></Logout>'))
}

const faultEnvelope = (fault: string): string =>
  envelope(
    `<soapenv:Fault><faultcode>ServerFaultCode</faultcode><faultstring/><detail><${fault}Fault xmlns="urn:vim25" xsi:type="${fault}"/></detail></soapenv:Fault>`,
  )

const envelope = (inside: string): string =>
  `<?xml version="1.0" encoding="UTF-8"?><soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><soapenv:Body>${inside}</soapenv:Body></soapenv:Envelope>`

const bodyOf = async (message: IncomingMessage): Promise<Buffer> => {
  const parts: Buffer[] = []
  try {
    for await (const part of message) parts.push(part as Buffer)
  } catch {
    // Whoever sent it has gone away; what came of it is passed on.
  }
  return Buffer.concat(parts)
}

const noBody = Buffer.alloc(0)

// Without an end of its loop, which would end the connection.
const firstOf = (message: IncomingMessage, bytes: number): Promise<Buffer> =>
  new Promise((resolve) => {
    const parts: Buffer[] = []
    let length = 0
    const take = (part: Buffer): void => {
      parts.push(part)
      length += part.length
      if (length < bytes) return
      message.off('data', take)
      message.pause()
      resolve(Buffer.concat(parts))
    }
    message.on('data', take)
  })

const methodOf = ({ method, url }: IncomingMessage, body: Buffer): string =>
  url?.startsWith('/rest/') === true
    ? `${method} ${url}`
    : method === 'POST'
      ? (/Body><(\w+)/.exec(body.subarray(0, 2_000).toString())?.[1] ?? 'POST')
      : `${method} /${url?.split('/')[1]?.split('?')[0]}`
