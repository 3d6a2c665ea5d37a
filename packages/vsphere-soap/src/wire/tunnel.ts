import { request } from 'node:http'
import type { Socket } from 'node:net'
import { VsphereError } from '../error.ts'
import type { Place } from './agent.ts'

/** A proxy that connections are made through. What goes through it is encrypted for the server; the proxy sees its name. */
export interface Proxy extends Place {
  readonly user: string | null
  readonly password: string | null
}

/** A proxy from its address, `http://user:password@proxy.example.com:3128`. @throws VsphereError of kind `request` where it is none. */
export const proxyFrom = (address: string): Proxy => {
  const url = URL.canParse(address) ? new URL(address) : null
  if (url === null || url.protocol !== 'http:' || url.hostname === '') {
    throw new VsphereError('request', 'The proxy has to be an address that begins with http://', { mayHaveRun: false })
  }
  const part = (text: string): string | null => (text === '' ? null : decodeURIComponent(text))
  return {
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port === '' ? 80 : Number(url.port),
    user: part(url.username),
    password: part(url.password),
  }
}

/** A connection to a server by way of a proxy. @throws VsphereError of kind `unreachable`. */
export const tunnelTo = ({ host, port }: Place, proxy: Proxy): Promise<Socket> =>
  new Promise((resolve, reject) => {
    const authority = `${host.includes(':') ? `[${host}]` : host}:${port}`
    const fail = (why: string, cause?: unknown): void =>
      reject(
        new VsphereError('unreachable', `The proxy ${proxy.host}:${proxy.port} gives no way to ${authority}: ${why}`, {
          mayHaveRun: false,
          cause,
        }),
      )
    const headers = { Host: authority, ...credentials(proxy) }
    const asking = request({
      host: proxy.host,
      port: proxy.port,
      method: 'CONNECT',
      path: authority,
      headers,
      agent: false,
      timeout: 30_000,
    })
    asking.once('timeout', () => asking.destroy(new Error('no answer within 30 s')))
    asking.once('error', (error) => fail(error.message, error))
    asking.once('response', (response) => {
      response.resume()
      fail(`it answered with HTTP status ${response.statusCode}`)
    })
    asking.once('connect', (response, socket) => {
      // What befalls it is told by the encrypted connection over it.
      socket.on('error', () => undefined)
      if (response.statusCode === 200) return resolve(socket.setTimeout(0))
      socket.destroy()
      fail(`it answered with HTTP status ${response.statusCode}`)
    })
    asking.end()
  })

const credentials = ({ user, password }: Proxy): { readonly 'Proxy-Authorization'?: string } =>
  user === null ? {} : { 'Proxy-Authorization': `Basic ${Buffer.from(`${user}:${password ?? ''}`).toString('base64')}` }
