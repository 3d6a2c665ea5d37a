import type { IncomingMessage, ServerResponse } from 'node:http'
import { once } from 'node:events'
import { createServer } from 'node:https'
import type { AddressInfo, Socket } from 'node:net'
import type { Identity } from '../../../../test/support/certificate.ts'

/** What a server does with one request, whose body it is given. */
export type Behaviour = (request: IncomingMessage, response: ServerResponse, body: string) => void

/** A server of a test; it counts what came over its connections. */
export interface TestServer extends AsyncDisposable {
  readonly port: number
  readonly requests: readonly string[]
  /** Shows another certificate from now on. */
  readonly present: (identity: Identity) => void
}

/** Starts one that does as it is told, on the loopback. */
export const startServer = async ({ cert, key }: Identity, behave: Behaviour): Promise<TestServer> => {
  const requests: string[] = []
  const sockets = new Set<Socket>()
  const server = createServer({ cert, key }, (request, response) => {
    const parts: Buffer[] = []
    request.on('data', (chunk: Buffer) => parts.push(chunk))
    request.on('error', () => undefined)
    request.on('end', () => {
      const body = Buffer.concat(parts).toString()
      requests.push(body)
      behave(request, response, body)
    })
  })
  server.on('tlsClientError', () => undefined)
  server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    requests,
    present: (other) => server.setSecureContext({ cert: other.cert, key: other.key }),
    [Symbol.asyncDispose]: async () => {
      const closed = once(server, 'close')
      server.close()
      for (const socket of sockets) socket.destroy()
      await closed
    },
  }
}

/** An answer as vCenter would give it. */
export const envelope = (inside: string): string =>
  `<?xml version="1.0" encoding="UTF-8"?>\n<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" xmlns:xsd="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">\n<soapenv:Body>\n${inside}\n</soapenv:Body>\n</soapenv:Envelope>`

const content = `<RetrieveServiceContentResponse xmlns="urn:vim25"><returnval><rootFolder type="Folder">group-d1</rootFolder><propertyCollector type="PropertyCollector">propertyCollector</propertyCollector><viewManager type="ViewManager">ViewManager</viewManager><about><name>VMware vCenter Server</name><fullName>VMware vCenter Server 8.0.2</fullName><vendor>VMware, Inc.</vendor><version>8.0.2</version><build>1</build><osType>linux-x64</osType><productLineId>vpx</productLineId><apiType>VirtualCenter</apiType><apiVersion>8.0.2.0</apiVersion></about><sessionManager type="SessionManager">SessionManager</sessionManager><guestOperationsManager type="GuestOperationsManager">guestOperationsManager</guestOperationsManager></returnval></RetrieveServiceContentResponse>`

/** Logs everybody in and out, and leaves the rest to `behave`. */
export const afterLogin =
  (behave: Behaviour): Behaviour =>
  (request, response, body) => {
    const method = methodOf(body)
    if (method === 'RetrieveServiceContent') return void response.end(envelope(content))
    if (method === 'Login') {
      response.setHeader('Set-Cookie', 'vmware_soap_session="abc-1"; Path=/; HttpOnly; Secure;')
      const user =
        '<key>52</key><userName>u</userName><fullName>U</fullName><loginTime>2026-01-01T00:00:00Z</loginTime><lastActiveTime>2026-01-01T00:00:00Z</lastActiveTime><locale>en</locale><messageLocale>en</messageLocale><extensionSession>false</extensionSession><ipAddress>127.0.0.1</ipAddress><userAgent>t</userAgent><callCount>0</callCount>'
      return void response.end(envelope(`<LoginResponse xmlns="urn:vim25"><returnval>${user}</returnval></LoginResponse>`))
    }
    if (method === 'Logout') return void response.end(envelope('<LogoutResponse xmlns="urn:vim25"/>'))
    behave(request, response, body)
  }

/** The method that a request calls. */
export const methodOf = (body: string): string => /<soapenv:Body><(\w+)/.exec(body)?.[1] ?? ''
