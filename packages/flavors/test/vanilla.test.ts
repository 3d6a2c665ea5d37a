import { once } from 'node:events'
import type { RequestListener } from 'node:http'
import { createServer as createHttp } from 'node:http'
import type { AddressInfo, Server as NetServer } from 'node:net'
import { createServer } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import type { Address, Health, PlainMap, Value } from '@forgeplan/model'
import { groupUnit, instanceAddress, instanceUnit, late, memberAddress, normaliseObject, reduce, uid } from '@forgeplan/model'
import type { Call, Guest, MemberHandle } from '@forgeplan/sdk'
import { ProviderError } from '@forgeplan/sdk'
import { afterEach, describe, expect, it } from 'vitest'
import { vanilla } from '../src/index.ts'

const open: NetServer[] = []
afterEach(async () => {
  for (const server of open.splice(0)) {
    if ('closeAllConnections' in server && typeof server.closeAllConnections === 'function') server.closeAllConnections()
    server.close()
    await once(server, 'close')
  }
})

const listen = async (server: NetServer): Promise<number> => {
  open.push(server)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return (server.address() as AddressInfo).port
}
const web = (answer: RequestListener): Promise<number> => listen(createHttp(answer))
const closedPort = async (): Promise<number> => {
  const port = await listen(createServer())
  const server = open.pop()
  server?.close()
  return port
}

const address: Address = memberAddress(groupUnit('web'), '1')
const member = (outputs: PlainMap, guest: Guest | null = null, id = '1'): MemberHandle => ({
  address,
  uid: uid(id),
  outputs: { ip: '127.0.0.1', ...outputs },
  guest,
  peers: () => [],
})
const call = (signal = new AbortController().signal): Call => ({
  signal,
  progress: () => undefined,
  record: async () => undefined,
  now: () => Date.now(),
  sleep: (ms) => delay(ms),
})
const guest = (exitCode: number): Guest => ({ run: async () => ({ exitCode, stdout: '', stderr: '' }) })
const config = (given: PlainMap): PlainMap => normaliseObject(vanilla.config, given) as PlainMap
const ask = (given: PlainMap, of: MemberHandle, signal?: AbortSignal): Promise<Health> =>
  vanilla.health?.(config(given), of, call(signal)) ?? Promise.reject(new Error('no health'))
const who = { address, id: '1', ordinal: 1, name: 'lab-web-1' }

describe('what vanilla prepares', () => {
  it('joins lines of an init', () => {
    expect(vanilla.prepare({ init: ['a', 'b'] }, who).init).toBe('a\nb')
  })

  it('takes an init as one text', () => {
    expect(vanilla.prepare({ init: '#!/bin/sh\na' }, who).init).toBe('#!/bin/sh\na')
  })

  it('has nothing to run without an init', () => {
    expect(vanilla.prepare({}, who)).toEqual({ init: null, tags: {} })
  })

  it('leaves a late line late, and the text comes out when it is known', () => {
    const output = late({ kind: 'output', of: address, path: ['ip'] })
    const init = vanilla.prepare({ init: ['a', output] as Value }, who).init
    expect(reduce(init, () => '10.0.0.1')).toBe('a\n10.0.0.1')
  })

  it('gives every member its tags', () => {
    expect(vanilla.prepare({ tags: { role: 'web' } }, who).tags).toEqual({ role: 'web' })
    const address = late({ kind: 'output', of: instanceAddress(instanceUnit('db')), path: ['ip'] })
    expect(vanilla.prepare({ tags: { db: address } }, who).tags, 'a late tag stays late').toEqual({ db: address })
  })

  it('says whether health and drain are configured', () => {
    expect([vanilla.hasHealth({}), vanilla.hasHealth({ health: {} }), vanilla.hasHealth({ health: { tcp: 1 } })]).toEqual([
      false,
      false,
      true,
    ])
    expect([vanilla.hasDrain({}), vanilla.hasDrain({ drain: ['true'] })]).toEqual([false, true])
  })
})

describe('health over http', () => {
  it("asks the member's own port by default", async () => {
    const port = await web((request, response) => response.writeHead(request.url === '/ready' ? 200 : 404).end())
    expect(await ask({ health: { http: { path: '/ready' } } }, member({ port }))).toEqual({ kind: 'healthy' })
    expect(await ask({ health: { http: {} } }, member({ port }))).toEqual({ kind: 'unhealthy', why: 'http status 404' })
  })

  it('takes only the configured status where there is one', async () => {
    const port = await web((_, response) => response.writeHead(204).end())
    expect((await ask({ health: { http: { status: 204 } } }, member({ port }))).kind).toBe('healthy')
    expect((await ask({ health: { http: { status: 200 } } }, member({ port }))).kind).toBe('unhealthy')
  })

  it('asks a whole address where one is given', async () => {
    const port = await web((_, response) => response.writeHead(200).end())
    expect((await ask({ health: { http: { url: `http://127.0.0.1:${port}/x` } } }, member({ ip: null }))).kind).toBe('healthy')
  })

  it('does not follow a redirection', async () => {
    const port = await web((_, response) => response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end())
    expect((await ask({ health: { http: {} } }, member({ port }))).kind).toBe('healthy')
  })

  it('is unhealthy when nobody answers in time, and when nobody listens', async () => {
    const port = await web(() => undefined)
    expect(await ask({ health: { http: {} }, timeout: 50 }, member({ port }))).toEqual({ kind: 'unhealthy', why: 'no answer in time' })
    expect(await ask({ health: { http: {} } }, member({ port: await closedPort() }))).toEqual({
      kind: 'unhealthy',
      why: 'connection refused',
    })
  })

  it('is bounded against a server that never stops talking', async () => {
    const drip = await listen(
      createServer((socket) => {
        socket.on('error', () => undefined)
        socket.write('HTTP/1.1 200 OK\r\n')
        const timer = setInterval(() => socket.write(`X-${'a'.repeat(500)}: 1\r\n`), 5)
        socket.on('close', () => clearInterval(timer))
      }),
    )
    expect((await ask({ health: { http: {} }, timeout: 1000 }, member({ port: drip }))).kind).toBe('unhealthy')
  })

  it('does not read the body of an endless answer', async () => {
    const port = await web((_, response) => {
      const timer = setInterval(() => response.write('x'.repeat(10_000)), 1)
      response.on('close', () => clearInterval(timer))
    })
    expect((await ask({ health: { http: {} } }, member({ port }))).kind).toBe('healthy')
  })

  it('is unknown for outputs that are no address', async () => {
    for (const outputs of [{ ip: 'a b/..@evil' }, { ip: 7 }, { ip: null }, { port: 70_000 }, { port: '80' }] as readonly PlainMap[])
      expect((await ask({ health: { http: {} } }, member({ port: 80, ...outputs }))).kind).toBe('unknown')
  })
})

describe('health over tcp and by command', () => {
  it('is healthy when the port accepts a connection', async () => {
    const port = await listen(createServer((socket) => socket.on('error', () => undefined)))
    expect(await ask({ health: { tcp: port } }, member({}))).toEqual({ kind: 'healthy' })
    expect(await ask({ health: { tcp: await closedPort() } }, member({}))).toEqual({ kind: 'unhealthy', why: 'connection refused' })
  })

  it('is what the command says', async () => {
    expect(await ask({ health: { exec: ['check'] } }, member({}, guest(0)))).toEqual({ kind: 'healthy' })
    expect(await ask({ health: { exec: ['check'] } }, member({}, guest(3)))).toEqual({
      kind: 'unhealthy',
      why: 'the command ended with exit code 3',
    })
    expect((await ask({ health: { exec: ['check'] } }, member({}))).kind).toBe('unknown')
  })

  it('gives a command that hangs no more than its time', async () => {
    const hangs: Guest = {
      run: (_, { signal }) => new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
    }
    expect((await ask({ health: { exec: ['check'] }, timeout: 30 }, member({}, hangs))).kind).toBe('unhealthy')
  })

  it('needs all that is configured', async () => {
    const port = await listen(createServer())
    expect((await ask({ health: { exec: ['check'], tcp: port } }, member({}, guest(0)))).kind).toBe('healthy')
    expect((await ask({ health: { exec: ['check'], tcp: port } }, member({}, guest(1)))).kind).toBe('unhealthy')
  })

  it('throws when the call is aborted', async () => {
    await expect(ask({ health: { tcp: await closedPort() } }, member({}), AbortSignal.abort(new Error('stop')))).rejects.toThrow('stop')
  })
})

describe('a survey', () => {
  const surveyOf = (given: PlainMap, members: readonly MemberHandle[]): Promise<ReadonlyMap<string, Health>> =>
    vanilla.survey?.(config(given), members, call()) ?? Promise.reject(new Error('no survey'))

  it('asks all members at once', async () => {
    let waiting: (() => void)[] = []
    // Nobody is answered before all have asked.
    const port = await web((_, response) => {
      waiting.push(() => response.end())
      if (waiting.length === 50) for (const answer of waiting.splice(0)) answer()
    })
    waiting = []
    const members = Array.from({ length: 50 }, (_, i) => member({ port }, null, String(i)))
    const seen = await surveyOf({ health: { http: {} } }, members)
    expect([...seen.values()].filter((health) => health.kind === 'healthy')).toHaveLength(50)
  })

  it('reads a command as unknown, and never runs it', async () => {
    const never: Guest = { run: () => Promise.reject(new Error('it was run')) }
    const seen = await surveyOf({ health: { exec: ['check'] } }, [member({}, never)])
    expect(seen.get('1')?.kind).toBe('unknown')
  })

  it('ends within its bound even if every member hangs; those not asked are unknown', async () => {
    const port = await web(() => undefined)
    const members = Array.from({ length: 300 }, (_, i) => member({ port }, null, String(i)))
    const seen = await surveyOf({ health: { http: {} }, timeout: 60_000 }, members)
    expect(new Set([...seen.values()].map((health) => health.kind))).toEqual(new Set(['unknown']))
    expect(seen.size).toBe(300)
  })
})

describe('draining', () => {
  const drain = (of: MemberHandle): Promise<void> => vanilla.drain?.(config({ drain: ['leave'] }), of, call()) ?? Promise.resolve()

  it('is done when the command ends well', async () => {
    await expect(drain(member({}, guest(0)))).resolves.toBeUndefined()
  })

  it('is tried again when the command fails, and never where nothing can be run', async () => {
    await expect(drain(member({}, guest(1)))).rejects.toMatchObject({ kind: 'transient' })
    await expect(drain(member({}))).rejects.toBeInstanceOf(ProviderError)
  })
})

describe('a new member', () => {
  const joined = (of: MemberHandle): Promise<void> => vanilla.joined?.(config({ joined: ['enlist'] }), of, call()) ?? Promise.resolve()

  it('runs its command inside, which is tried again when it fails, and never where nothing can be run', async () => {
    const ran: (readonly string[])[] = []
    const noting: Guest = { run: async (command) => (ran.push(command), { exitCode: 0, stdout: '', stderr: '' }) }
    await joined(member({}, noting))
    expect(ran).toEqual([['enlist']])
    await expect(joined(member({}, guest(1)))).rejects.toMatchObject({ kind: 'transient' })
    await expect(joined(member({}))).rejects.toMatchObject({ kind: 'invalid' })
  })

  it('is told of only where a command is configured', () => {
    expect([vanilla.hasJoined?.({}), vanilla.hasJoined?.({ joined: ['enlist'] }), vanilla.hasLeft?.({})]).toEqual([false, true, undefined])
  })
})
