import type { ServerResponse } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'
import { expect, it, vi } from 'vitest'
import { makeAuthority } from '../../../test/support/certificate.ts'
import type { Client, Ref } from '../src/index.ts'
import { connect } from '../src/index.ts'
import type { Behaviour } from './support/hostile-server.ts'
import { afterLogin, envelope, methodOf, startServer } from './support/hostile-server.ts'

const authority = makeAuthority()
const task = (value: string): Ref => ({ type: 'Task', value })
const ref = (type: string, value: string): string => `<returnval type="${type}">${value}</returnval>`
const text = (value: string): string => `<val xsi:type="xsd:string">${value}</val>`
const answer = (method: string, inside = ''): string => envelope(`<${method}Response xmlns="urn:vim25">${inside}</${method}Response>`)

const update = (value: string, state: string): string =>
  `<objectSet><kind>modify</kind><obj type="Task">${value}</obj><changeSet><name>info.state</name><op>assign</op>${text(state)}</changeSet></objectSet>`
const news = (version: number, updates: string): string =>
  `<returnval><version>${version}</version><filterSet><filter type="PropertyFilter">f</filter>${updates}</filterSet></returnval>`

/** What it answers where it is asked for one: that it has ended, or that there is no such task. */
const told = (value: string): string => {
  const gone = `<fault xsi:type="ManagedObjectNotFound"><obj type="Task">${value}</obj></fault><localizedMessage>gone</localizedMessage>`
  const ended = `<propSet><name>info.state</name>${text('success')}</propSet><propSet><name>info.result</name>${text('done')}</propSet>`
  const said = value === 'task-gone' ? `<missingSet><path>info.state</path><fault>${gone}</fault></missingSet>` : ended
  return `<objects><obj type="Task">${value}</obj>${said}</objects>`
}

/** A server whose watch tells of task-1 again and again, and of the end of task-2 never. */
const forgetful = (): Behaviour => {
  let polls = 0
  return afterLogin((_request, response, body) => {
    const method = methodOf(body)
    switch (method) {
      case 'CreateListView':
        return void response.end(answer(method, ref('ListView', 'v')))
      case 'CreatePropertyCollector':
        return void response.end(answer(method, ref('PropertyCollector', 'c')))
      case 'CreateFilter':
        return void response.end(answer(method, ref('PropertyFilter', 'f')))
      case 'WaitForUpdatesEx':
        polls += 1
        return void setTimeout(() => response.end(answer(method, news(polls, update('task-1', 'running')))), 100)
      case 'RetrievePropertiesEx': {
        const known = [...body.matchAll(/<obj type="Task">([^<]*)<\/obj>/g)].map(([, value = '']) => told(value))
        return void response.end(answer(method, `<returnval>${known.join('')}</returnval>`))
      }
      default:
        return void response.end(answer(method))
    }
  })
}

const toForgetful = async (test: (client: Client, requests: readonly string[]) => Promise<void>): Promise<void> => {
  await using server = await startServer(authority.issue('127.0.0.1'), forgetful())
  const trust = { kind: 'ca', pem: authority.cert } as const
  await using client = await connect({ server: `127.0.0.1:${server.port}`, user: 'u', password: 'p', trust })
  const stop = new AbortController()
  const other = client.wait(task('task-1'), { signal: stop.signal })
  await test(client, server.requests)
  stop.abort(new Error('enough'))
  await expect(other).rejects.toThrow('enough')
}
const named = (method: string, requests: readonly string[]): readonly string[] => requests.filter((body) => methodOf(body) === method)

it('a task is asked itself when the watch tells only of others, and those are not', async () => {
  await toForgetful(async (client, requests) => {
    expect(await client.wait(task('task-2'))).toBe('done')
    const asked = named('RetrievePropertiesEx', requests)
    expect(asked.map((body) => [body.includes('task-1'), body.includes('task-2')])).toEqual([[false, true]])
  })
})

it('a watch that goes on telling is kept although the end of a task was seen before it told of it', async () => {
  await toForgetful(async (client, requests) => {
    // The second one is asked when the first has ended for longer than a watch may be silent.
    for (const each of ['task-2', 'task-3']) expect(await client.wait(task(each))).toBe('done')
    expect(named('CreateListView', requests).length).toBe(1)
  })
})

it('a task that the server has forgotten is not waited for, also where only asking shows it', async () => {
  await toForgetful(async (client) => {
    await expect(client.wait(task('task-gone'))).rejects.toMatchObject({ fault: 'ManagedObjectNotFound' })
  })
})

/** A server that tells of each task that is taken off its list, some time later, and of none that it has ended. */
const late = (): Behaviour => {
  let told = 0
  let poll: ServerResponse | null = null
  return afterLogin((_request, response, body) => {
    const method = methodOf(body)
    if (method === 'WaitForUpdatesEx') return void (poll = response)
    if (method === 'ModifyListView' && body.includes('<remove'))
      setTimeout(() => poll?.end(answer('WaitForUpdatesEx', news(++told, leaves('task-1')))), 100)
    response.end(answer(method, madeBy[method] ?? ''))
  })
}

const leaves = (value: string): string => `<objectSet><kind>leave</kind><obj type="Task">${value}</obj></objectSet>`
const madeBy: Readonly<Record<string, string>> = {
  CreateListView: ref('ListView', 'v'),
  CreatePropertyCollector: ref('PropertyCollector', 'c'),
  CreateFilter: ref('PropertyFilter', 'f'),
}

it('a task that was let go and is waited for again is not taken for one that the server has forgotten', async () => {
  await using server = await startServer(authority.issue('127.0.0.1'), late())
  const trust = { kind: 'ca', pem: authority.cert } as const
  await using client = await connect({ server: `127.0.0.1:${server.port}`, user: 'u', password: 'p', trust })
  const stop = new AbortController()
  const wait = (value: string, signal = stop.signal) => client.wait(task(value), { signal })
  const others = [wait('task-2')]
  await expect(wait('task-1', AbortSignal.timeout(200))).rejects.toMatchObject({ name: 'TimeoutError' })
  // This takes it off the list, and only then it is waited for again.
  others.push(wait('task-3'))
  await vi.waitFor(() => expect(server.requests.some((body) => body.includes('<remove'))).toBe(true))
  others.push(wait('task-1'))
  await expect(Promise.race([...others, delay(1_000, 'still waiting')])).resolves.toBe('still waiting')
  stop.abort(new Error('enough'))
  for (const each of others) await expect(each).rejects.toThrow('enough')
})
