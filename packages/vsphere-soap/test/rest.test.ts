import type { ServerResponse } from 'node:http'
import { describe, expect, it } from 'vitest'
import { hasVcsim } from '../../../test/require.ts'
import { makeAuthority } from '../../../test/support/certificate.ts'
import { connect } from '../src/index.ts'
import { afterLogin, startServer } from './support/hostile-server.ts'
import { useLab } from './support/lab.ts'

const category = { path: 'cis/tagging/category' }

describe.skipIf(!hasVcsim())('the REST API', () => {
  const lab = useLab(['-vm', '0', '-cluster', '0'])

  it('is spoken in the words of the same login', async () => {
    await using client = await lab.open()
    const spec = { name: 'env', description: '', cardinality: 'MULTIPLE', associable_types: [] }
    const id = await client.rest.call({ ...category, method: 'POST', body: { create_spec: spec } })
    expect(await client.rest.call(category)).toEqual([id])
  })

  it('says what is not there with the fault of the SOAP API', async () => {
    await using client = await lab.open()
    await expect(client.rest.call({ path: 'cis/tagging/tag/id:none' })).rejects.toMatchObject({ fault: 'ManagedObjectNotFound' })
  })
})

describe('a session of the REST API', () => {
  const identity = makeAuthority().issue('127.0.0.1')
  type Answer = (response: ServerResponse) => void
  const json =
    (status: number, value: unknown): Answer =>
    (response) => {
      response.statusCode = status
      response.end(JSON.stringify(value))
    }

  /** A server that logs everybody in, and then gives these answers. */
  const open = async (answers: readonly Answer[], login: Answer = json(200, { value: 'token-1' })) => {
    const heard: string[] = []
    const rest = [...answers]
    const server = await startServer(
      identity,
      afterLogin((request, response) => {
        const { method = '', url = '' } = request
        heard.push(`${method} ${url.replace('/rest/com/vmware/', '')} ${String(request.headers['vmware-api-session-id'] ?? '-')}`)
        if (url.endsWith('cis/session')) return method === 'POST' ? login(response) : json(200, {})(response)
        const answer = rest.shift() ?? json(200, { value: [] })
        answer(response)
      }),
    )
    const client = await connect({
      server: `127.0.0.1:${server.port}`,
      user: 'u',
      password: 'hush',
      trust: { kind: 'none' },
      timeoutMs: 5000,
    })
    return {
      client,
      heard,
      [Symbol.asyncDispose]: async () => {
        await client.close().catch(() => undefined)
        await server[Symbol.asyncDispose]()
      },
    }
  }

  it('is opened by the first call alone, shared by all, and closed with the client', async () => {
    await using none = await open([])
    await none.client.close()
    expect(none.heard).toEqual([])
    await using some = await open([])
    await Promise.all([1, 2, 3].map(() => some.client.rest.call(category)))
    await some.client.close()
    expect(some.heard.filter((each) => each.includes('cis/session'))).toEqual(['POST cis/session -', 'DELETE cis/session token-1'])
  })

  it('that is being opened when the call is given up is closed all the same', async () => {
    await using lab = await open([], (response) => void setTimeout(() => json(200, { value: 'late' })(response), 100))
    const stop = new AbortController()
    const call = lab.client.rest.call(category, { signal: stop.signal })
    stop.abort(new Error('stopped'))
    await expect(call).rejects.toThrow('stopped')
    await lab.client.close()
    expect(lab.heard).toEqual(['POST cis/session -', 'DELETE cis/session late'])
  })

  it('that has expired is opened anew, once', async () => {
    const expired = json(401, { type: 'com.vmware.vapi.std.errors.unauthenticated', value: {} })
    await using lab = await open([expired, json(200, { value: ['a'] }), expired, expired])
    expect(await lab.client.rest.call(category)).toEqual(['a'])
    await expect(lab.client.rest.call(category)).rejects.toMatchObject({ fault: 'NotAuthenticated' })
  })

  it('asks again after a lost answer where it only reads, and where it writes does not', async () => {
    const lost: Answer = (response) => void response.destroy()
    await using lab = await open([lost, json(200, { value: 1 }), lost])
    expect(await lab.client.rest.call(category)).toBe(1)
    await expect(lab.client.rest.call({ ...category, method: 'POST', body: {} })).rejects.toMatchObject({ kind: 'lost' })
  })

  it('is refused with the words for a wrong password, which are without it', async () => {
    await using lab = await open([], json(401, { type: 'com.vmware.vapi.std.errors.unauthenticated' }))
    const error: unknown = await lab.client.rest.call(category).catch((each: unknown) => each)
    expect(error).toMatchObject({ kind: 'fault', fault: 'InvalidLogin' })
    expect(String(error)).not.toContain('hush')
  })

  it.each<readonly [string, Answer, string]>([
    ['a page of something in between', (response) => void response.end('<html></html>'), 'answer'],
    ['a body that is cut off', (response) => void response.end('{"value": ['), 'answer'],
    ['status 503', json(503, {}), 'http'],
    ['more than it may', (response) => void response.end(Buffer.alloc(17 * 2 ** 20, 0x20)), 'answer'],
  ])('says clearly that the answer is %s', async (_, answer, kind) => {
    await using lab = await open([answer])
    await expect(lab.client.rest.call(category)).rejects.toMatchObject({ kind })
  })

  it('with a token that is none is not opened', async () => {
    await using lab = await open([], json(200, { value: 'a\r\nb' }))
    await expect(lab.client.rest.call(category)).rejects.toMatchObject({ kind: 'answer' })
  })
})
