import { LeaseLost } from '@forgeplan/model'
import { expect, test } from 'vitest'
import type { Invocation } from '../src/invocation.ts'
import { perform } from '../src/perform.ts'
import { makeInterrupts } from '../src/shell/interrupts.ts'
import { makeSecrets } from '../src/shell/secrets.ts'
import { failure } from '../src/stop.ts'

const theReason = Symbol('the reason of the interrupt')

/** What a command ends with whose action throws after Ctrl-C. */
const afterCtrlC = async (thrown: unknown): Promise<{ readonly exit: number; readonly said: string }> => {
  const said: string[] = []
  const { interrupts, raise } = makeInterrupts()
  const terminal = {
    out: (text: string) => void said.push(text),
    note: (text: string) => void said.push(text),
    noteColor: false,
    width: 1000,
  }
  const invocation = {
    shell: { interrupts, secrets: makeSecrets(), env: {} },
    terminal,
    globals: {},
    log: { info: () => undefined, debug: () => undefined },
    command: 'plan',
    sources: new Map(),
    stream: false,
    directory: '/',
    statePath: '/state.db',
  } as unknown as Invocation
  const exit = await perform(invocation, () => {
    raise()
    return Promise.reject((thrown === theReason ? interrupts.stop.reason : thrown) as Error)
  })
  return { exit, said: said.join('') }
}

const named = (name: string, message = 'x'): Error => Object.assign(new Error(message), { name })

test.each([named('Cancelled'), named('AbortError')])('what Ctrl-C itself cut off ends as interrupted: %s', async (error) => {
  expect(await afterCtrlC(error)).toEqual({ exit: 130, said: 'Interrupted. Nothing was left half written.\n' })
})

test('the reason of the interrupt is the interrupt', async () => {
  expect((await afterCtrlC(theReason)).exit).toBe(130)
})

test.each([
  ['a lost lease', new LeaseLost('gone'), 4, 'FORGE6016'],
  [
    'a full disk',
    Object.assign(named('StoreError', 'The state cannot be written'), { code: 'FORGE4010', kind: 'full', detail: 'No space.' }),
    1,
    'No space.',
  ],
  ['a fault', new TypeError('x is undefined'), 1, 'FORGE6999'],
  ['a problem of the user', failure('FORGE6003', 'Wrong', 'It is wrong.'), 1, 'It is wrong.'],
])('%s after Ctrl-C is told as what it is', async (_, error, exit, text) => {
  const ended = await afterCtrlC(error)
  expect(ended).toMatchObject({ exit, said: expect.stringContaining(text) as string })
  expect(ended.said).not.toContain('half written')
})
