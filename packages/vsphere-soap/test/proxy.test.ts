import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { connect as connectTo } from 'node:net'
import { describe, expect, it } from 'vitest'
import { makeAuthority } from '../../../test/support/certificate.ts'
import { UntrustedCertificate, connect } from '../src/index.ts'
import { afterLogin, startServer } from './support/hostile-server.ts'

interface ForwardProxy extends AsyncDisposable {
  readonly address: string
  /** What it was asked for, with the credentials. */
  readonly asked: string[]
}

/** A proxy of the plain kind; it lets through to any port of the loopback, if the credentials are right. */
const startForwardProxy = async (credentials = ''): Promise<ForwardProxy> => {
  const asked: string[] = []
  const sockets = new Set<Socket>()
  const server = createServer((_request, response) => response.writeHead(400).end())
  server.on('connect', (request, socket: Socket) => {
    sockets.add(socket)
    socket.on('error', () => undefined)
    const given = Buffer.from(request.headers['proxy-authorization']?.replace('Basic ', '') ?? '', 'base64').toString()
    asked.push(`${request.url} ${given}`.trim())
    if (given !== credentials) return void socket.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n')
    const onward = connectTo(Number(request.url?.split(':')[1]), '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n')
      onward.pipe(socket).pipe(onward)
    })
    sockets.add(onward)
    onward.on('error', () => socket.destroy())
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    address: `http://${credentials === '' ? '' : `${credentials}@`}127.0.0.1:${port}`,
    asked,
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}

const authority = makeAuthority()
const identity = authority.issue('127.0.0.1')
const trust = { kind: 'ca', pem: authority.cert } as const

describe('through a proxy', () => {
  it.each(['', 'me:secret'])('a server is reached and believed as without one (%j)', async (credentials) => {
    await using server = await startServer(
      identity,
      afterLogin(() => undefined),
    )
    await using proxy = await startForwardProxy(credentials)
    await using client = await connect({ server: `127.0.0.1:${server.port}`, user: 'u', password: 'p', trust, proxy: proxy.address })
    expect(client.content.about.apiVersion).toBe('8.0.2.0')
    expect(proxy.asked).toEqual([`127.0.0.1:${server.port} ${credentials}`.trim()])
  })

  it('a certificate is judged as without one', async () => {
    await using server = await startServer(
      identity,
      afterLogin(() => undefined),
    )
    await using proxy = await startForwardProxy()
    const settings = { server: `127.0.0.1:${server.port}`, user: 'u', password: 'p', proxy: proxy.address }
    await expect(connect(settings)).rejects.toBeInstanceOf(UntrustedCertificate)
    await expect(connect({ ...settings, trust: { kind: 'thumbprint', thumbprint: authority.sha1 } })).rejects.toBeInstanceOf(
      UntrustedCertificate,
    )
    expect(server.requests).toEqual([])
  })

  it('that refuses or cannot reach the server, the error says so without its password', async () => {
    await using proxy = await startForwardProxy('me:hunter2')
    const settings = { server: '127.0.0.1:9', user: 'u', password: 'p', trust }
    const wrong = proxy.address.replace('hunter2', 'hunter3')
    await expect(connect({ ...settings, proxy: wrong })).rejects.toMatchObject({
      kind: 'unreachable',
      mayHaveRun: false,
      message: expect.stringMatching(/^The proxy 127\.0\.0\.1:\d+ gives no way to 127\.0\.0\.1:9: .*407$/) as string,
    })
    await expect(connect({ ...settings, proxy: proxy.address })).rejects.toMatchObject({ kind: 'unreachable' })
    await expect(connect({ ...settings, proxy: 'http://127.0.0.1:9' })).rejects.toMatchObject({ kind: 'unreachable' })
  })

  it.each(['proxy:3128', 'https://proxy', 'socks5://proxy', ''])('%j is no proxy', async (proxy) => {
    await expect(connect({ server: '127.0.0.1', user: 'u', password: 'p', proxy })).rejects.toMatchObject({ kind: 'request' })
  })
})
