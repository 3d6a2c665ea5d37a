import { afterAll, describe, expect, it } from 'vitest'
import { makeAuthority } from '../../../test/support/certificate.ts'
import type { Client } from '../src/index.ts'
import { VsphereError, connect } from '../src/index.ts'
import type { Behaviour, TestServer } from './support/hostile-server.ts'
import { afterLogin, envelope, startServer } from './support/hostile-server.ts'

const authority = makeAuthority()
const identity = authority.issue('127.0.0.1')
const root = { type: 'Folder', value: 'group-d1' }

interface Meeting extends AsyncDisposable {
  readonly client: Client
  readonly server: TestServer
}

const meet = async (behave: Behaviour, more: { readonly maxAnswerBytes?: number; readonly timeoutMs?: number } = {}): Promise<Meeting> => {
  const server = await startServer(identity, afterLogin(behave))
  const client = await connect({
    server: `127.0.0.1:${server.port}`,
    user: 'u',
    password: 'secret',
    trust: { kind: 'ca', pem: authority.cert },
    ...more,
  })
  const end = async (): Promise<void> => {
    await client.close()
    await server[Symbol.asyncDispose]()
  }
  return { client, server, [Symbol.asyncDispose]: end }
}

const answers =
  (text: string, status = 200): Behaviour =>
  (_request, response) => {
    response.statusCode = status
    response.end(text)
  }

const create = (client: Client): Promise<unknown> => client.call('CreateFolder', root, { name: 'a' })
const failure = async (promise: Promise<unknown>): Promise<VsphereError> => {
  const error: unknown = await promise.then(
    () => null,
    (thrown: unknown) => thrown,
  )
  if (error instanceof VsphereError) return error
  throw new Error(`no VsphereError but ${String(error)}`, { cause: error })
}

const good = envelope('<CreateFolderResponse xmlns="urn:vim25"><returnval type="Folder">group-v9</returnval></CreateFolderResponse>')

describe('an answer that is none', () => {
  it.each<readonly [string, Behaviour, string, string]>([
    ['the page of a proxy', answers('<html><body>Bad Gateway</body></html>'), 'answer', '<html>, which is no SOAP envelope'],
    ['a page with HTTP 500', answers('<html><body>oops</body></html>', 500), 'http', 'HTTP status 500'],
    ['HTTP 503', answers('busy', 503), 'http', 'HTTP status 503'],
    ['HTTP 404', answers('nothing', 404), 'http', 'HTTP status 404'],
    ['nothing', answers(''), 'answer', 'cannot be read'],
    ['no XML', answers('{"value": 1}'), 'answer', 'cannot be read'],
    ['a document that ends early', answers(good.slice(0, -30)), 'answer', 'cannot be read'],
    ['a mismatched end', answers(good.replace('</returnval>', '</wrong>')), 'answer', 'cannot be read'],
    ['a DOCTYPE', answers(good.replace('?>', '?><!DOCTYPE a [<!ENTITY b "c">]>')), 'answer', 'DOCTYPE'],
    ['an unknown entity', answers(good.replace('group-v9', '&b;')), 'answer', 'cannot be read'],
    ['another envelope', answers(good.replaceAll('http://schemas.xmlsoap.org/soap/envelope/', 'urn:other')), 'answer', 'no SOAP envelope'],
    ['the answer to something else', answers(good.replaceAll('CreateFolder', 'Rename_Task')), 'answer', 'something else than CreateFolder'],
    ['a reference without a type', answers(good.replace(' type="Folder"', '')), 'answer', 'the reference returnval has no type'],
    ['bytes that are not UTF-8', (_request, response) => void response.end(Buffer.from([0x3c, 0xff, 0xfe])), 'answer', 'not UTF-8'],
    ['elements without end', answers(envelope('<a>'.repeat(1000))), 'answer', 'cannot be read'],
  ])('%s is an error that says so', async (_what, behave, kind, text) => {
    await using meeting = await meet(behave)
    const error = await failure(create(meeting.client))
    expect(error.kind).toBe(kind)
    expect(error.message).toContain(text)
  })

  it('a body that is shorter than its length is a lost connection', async () => {
    await using meeting = await meet((_request, response) => {
      response.setHeader('Content-Length', good.length)
      response.write(good.slice(0, 100), () => response.socket?.destroy())
    })
    expect(await failure(create(meeting.client))).toMatchObject({ kind: 'lost', mayHaveRun: true })
  })

  it('the client goes on after it', async () => {
    let calls = 0
    await using meeting = await meet((request, response, body) => answers((calls += 1) === 1 ? '<html/>' : good)(request, response, body))
    await failure(create(meeting.client))
    expect(await create(meeting.client)).toEqual({ type: 'Folder', value: 'group-v9' })
  })
})

describe('an answer without end', () => {
  const endless =
    (start: string, more: string): Behaviour =>
    (_request, response) => {
      response.write(start)
      const go = (): void => {
        while (!response.destroyed && response.write(more));
        if (!response.destroyed) response.once('drain', go)
      }
      go()
    }

  it.each([
    ['one text', '<x>'.length, 'a'.repeat(65_536)],
    ['many elements', 0, '<y>a</y>'.repeat(8_192)],
  ])('of %s stops at the limit and does not fill the memory', async (_what, _at, more) => {
    const limit = 8 * 2 ** 20
    await using meeting = await meet(endless('<a:Envelope xmlns:a="http://schemas.xmlsoap.org/soap/envelope/"><x>', more), {
      maxAnswerBytes: limit,
    })
    const before = process.memoryUsage().rss
    const error = await failure(create(meeting.client))
    expect(error).toMatchObject({ kind: 'answer' })
    expect(error.message).toContain(`more than ${limit} bytes`)
    expect(process.memoryUsage().rss - before).toBeLessThan(120 * 2 ** 20)
  })

  it('of a foreign kind stops at its first element', async () => {
    await using meeting = await meet(endless('<html>', '<p>hello</p>'.repeat(5_000)))
    expect((await failure(create(meeting.client))).message).toContain('<html>')
  })
})

describe('a server that takes its time', () => {
  it('meets the deadline', async () => {
    await using meeting = await meet(() => undefined)
    expect(await failure(meeting.client.call('CreateFolder', root, { name: 'a' }, { timeoutMs: 50 }))).toMatchObject({
      kind: 'timeout',
      mayHaveRun: true,
    })
  })

  it('meets the deadline in the middle of an answer', async () => {
    await using meeting = await meet((_request, response) => void response.write(good.slice(0, 50)))
    expect(await failure(meeting.client.call('CreateFolder', root, { name: 'a' }, { timeoutMs: 80 }))).toMatchObject({ kind: 'timeout' })
  })

  it('is left when the signal ends, with the reason of the signal', async () => {
    const stop = new AbortController()
    await using meeting = await meet(() => stop.abort(new Error('enough')))
    await expect(meeting.client.call('CreateFolder', root, { name: 'a' }, { signal: stop.signal })).rejects.toThrow('enough')
  })

  it('is left at any moment of its answer, and the client goes on', async () => {
    await using meeting = await meet((_request, response, body) => {
      if (body.includes('last')) return void response.end(good)
      let at = 0
      const drip = (): void => {
        if (at >= good.length || response.destroyed) return void response.end()
        response.write(good.slice(at, (at += 40)))
        setTimeout(drip, 1)
      }
      drip()
    })
    for (let ms = 0; ms < 24; ms += 1) {
      const stop = new AbortController()
      const call = meeting.client.call('CreateFolder', root, { name: 'a' }, { signal: stop.signal }).catch((error: unknown) => error)
      const timer = setTimeout(() => stop.abort(new Error('enough')), ms)
      const outcome = await call
      clearTimeout(timer)
      expect([new Error('enough'), { type: 'Folder', value: 'group-v9' }]).toContainEqual(outcome)
    }
    expect(await meeting.client.call('CreateFolder', root, { name: 'last' })).toEqual({ type: 'Folder', value: 'group-v9' })
  })

  it('is not asked at all where the signal has ended before', async () => {
    await using meeting = await meet(answers(good))
    const { length } = meeting.server.requests
    await expect(meeting.client.call('CreateFolder', root, { name: 'a' }, { signal: AbortSignal.abort(new Error('no')) })).rejects.toThrow(
      'no',
    )
    expect(meeting.server.requests.length).toBe(length)
  })
})

describe('what a server says', () => {
  it('is shown without its control characters, and not at any length', async () => {
    const text = `evil\u0085\u202e${'long '.repeat(500)}`
    await using meeting = await meet(
      answers(envelope(`<soapenv:Fault><faultcode>x</faultcode><faultstring>${text}</faultstring><detail/></soapenv:Fault>`), 500),
    )
    const { message } = await failure(create(meeting.client))
    expect(message).toMatch(/^CreateFolder: MethodFault: evil long long/)
    expect(message).not.toMatch(/[\u0085\u202e]/)
    expect(message.length).toBeLessThan(700)
  })
})

it('no error holds the password', async () => {
  await using server = await startServer(identity, answers('<html/>'))
  const error = await failure(
    connect({ server: `127.0.0.1:${server.port}`, user: 'u', password: 'hunter2', trust: { kind: 'ca', pem: authority.cert } }),
  )
  expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain('hunter2')
})

afterAll(() => expect(process.env['NODE_TLS_REJECT_UNAUTHORIZED']).toBeUndefined())
