import { setTimeout as delay } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { hasVcsim } from '../../../test/require.ts'
import { makeAuthority } from '../../../test/support/certificate.ts'
import type { Client } from '../src/index.ts'
import { connect, isA } from '../src/index.ts'
import { afterLogin, methodOf, startServer } from './support/hostile-server.ts'
import { all, useLab } from './support/lab.ts'

describe.skipIf(!hasVcsim())('a session', () => {
  const lab = useLab(['-vm', '0', '-cluster', '0'])

  const manager = (client: Client) => client.content.sessionManager ?? { type: '', value: '' }
  const property = async (client: Client, path: string): Promise<unknown> => {
    const [seen] = await all(client.retrieve({ of: { objects: [manager(client)] }, properties: { SessionManager: [path] } }))
    return seen?.properties.get(path)
  }
  const keys = async (client: Client): Promise<readonly string[]> => {
    const sessions = await property(client, 'sessionList')
    return (Array.isArray(sessions) ? sessions : []).flatMap((each: unknown) => (isA(each, 'UserSession') ? [each.key] : []))
  }
  const ownKey = async (client: Client): Promise<string> => {
    const own = await property(client, 'currentSession')
    return isA(own, 'UserSession') ? own.key : ''
  }
  const end = async (watcher: Client, client: Client): Promise<void> => {
    await watcher.call('TerminateSession', manager(watcher), { sessionId: [await ownKey(client)] })
  }

  it('is there until the client is closed, and not a moment longer', async () => {
    await using watcher = await lab.open()
    const client = await lab.open()
    const key = await ownKey(client)
    expect(await keys(watcher)).toContain(key)
    await client.close()
    await client.close()
    expect(await keys(watcher)).not.toContain(key)
  })

  it('is not opened with a wrong password', async () => {
    await expect(lab.open({ password: '' })).rejects.toMatchObject({ kind: 'fault', fault: 'InvalidLogin' })
  })

  it('is closed again where the signal ends during the login', async () => {
    await using watcher = await lab.open()
    const before = await keys(watcher)
    for (const ms of [0, 1, 2, 4, 8, 12, 16, 24, 32]) {
      const stop = new AbortController()
      const timer = setTimeout(() => stop.abort(new Error('stopped')), ms)
      const outcome = await connect(lab.settings(), { signal: stop.signal }).then(
        (client) => client.close(),
        (error: unknown) => error,
      )
      clearTimeout(timer)
      expect([undefined, new Error('stopped')]).toContainEqual(outcome)
    }
    expect(await keys(watcher)).toEqual(before)
  })

  it.each([1, 8, 32])('that has expired is renewed once for %i calls at the same time', async (calls) => {
    await using watcher = await lab.open()
    await using client = await lab.open()
    const before = await keys(watcher)
    await end(watcher, client)
    const now = { type: 'ServiceInstance', value: 'ServiceInstance' }
    const folders = Array.from({ length: calls }, (_, index) =>
      client.call('CreateFolder', client.content.rootFolder, { name: `${calls}-${index}` }),
    )
    expect(new Set((await Promise.all(folders)).map(({ value }) => value)).size).toBe(calls)
    expect(typeof (await client.call('CurrentTime', now, {}))).toBe('string')
    // As many as before: the one that was ended, and one in its place.
    expect((await keys(watcher)).length).toBe(before.length)
  })

  it('that is renewed while the client is being closed is closed as well', async () => {
    await using watcher = await lab.open()
    const before = await keys(watcher)
    for (const ms of [0, 1, 2, 4, 8, 16]) {
      const client = await lab.open()
      await end(watcher, client)
      const call = client.call('CurrentTime', { type: 'ServiceInstance', value: 'ServiceInstance' }, {}).catch((error: unknown) => error)
      await delay(ms)
      await client.close()
      await call
    }
    expect(await keys(watcher)).toEqual(before)
  })

  it('that expires again and again is not renewed without end', async () => {
    const faults = `<soapenv:Fault><faultcode>ServerFaultCode</faultcode><faultstring>The session is not authenticated.</faultstring><detail><NotAuthenticatedFault xmlns="urn:vim25" xsi:type="NotAuthenticated"><object type="Folder">group-d1</object><privilegeId>System.View</privilegeId></NotAuthenticatedFault></detail></soapenv:Fault>`
    const authority = makeAuthority()
    await using server = await startServer(
      authority.issue('127.0.0.1'),
      afterLogin((_request, response) => {
        response.statusCode = 500
        response.end(
          `<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><soapenv:Body>${faults}</soapenv:Body></soapenv:Envelope>`,
        )
      }),
    )
    const client = await connect({
      server: `127.0.0.1:${server.port}`,
      user: 'u',
      password: 'p',
      trust: { kind: 'ca', pem: authority.cert },
    })
    await expect(client.call('CreateFolder', client.content.rootFolder, { name: 'a' })).rejects.toMatchObject({ fault: 'NotAuthenticated' })
    await client.close()
    expect(server.requests.map(methodOf)).toEqual(['RetrieveServiceContent', 'Login', 'CreateFolder', 'Login', 'CreateFolder', 'Logout'])
  })

  it('that is closed takes no calls any more', async () => {
    const client = await lab.open()
    await client.close()
    await expect(client.call('CreateFolder', client.content.rootFolder, { name: 'a' })).rejects.toMatchObject({ kind: 'closed' })
    await expect(
      all(client.retrieve({ of: { under: client.content.rootFolder }, properties: { Folder: ['name'] } })),
    ).rejects.toMatchObject({
      kind: 'closed',
    })
  })

  it('whose end is not known to have arrived says so', async () => {
    const authority = makeAuthority()
    const server = await startServer(
      authority.issue('127.0.0.1'),
      afterLogin(() => undefined),
    )
    const client = await connect({
      server: `127.0.0.1:${server.port}`,
      user: 'u',
      password: 'p',
      trust: { kind: 'ca', pem: authority.cert },
    })
    await server[Symbol.asyncDispose]()
    await expect(client.close()).rejects.toMatchObject({ kind: 'unreachable' })
  })
})
