import type { Address } from '@forgeplan/model'
import { remoteId } from '@forgeplan/model'
import type { Handler, Provider } from '@forgeplan/sdk'
import { ProviderError } from '@forgeplan/sdk'
import { expect, test } from 'vitest'
import { sim, simMachine } from '../../testkit/src/index.ts'
import { findImport, preflight } from '../src/index.ts'
import { Lab, unit } from './lab.ts'

const signal = new AbortController().signal

/** The simulated world with some of its answers replaced. */
const answering = (over: Partial<Handler>): Provider => ({
  ...sim,
  open: async (settings, host) => {
    const session = await sim.open(settings, host)
    return {
      realm: session.realm,
      handlers: new Map([...session.handlers].map(([type, handler]) => [type, { ...handler, ...over }])),
      [Symbol.asyncDispose]: () => session[Symbol.asyncDispose](),
    }
  },
})

const said = async (lab: Lab, answer: unknown, secret?: string) => {
  lab.provider = answering({ preflight: async () => answer as never })
  const plan = await lab.plan(lab.desired([unit('instance.nfs')]))
  await using worlds = await lab.open(plan.desired, lab.state)
  if (secret !== undefined) worlds.redactor.add(secret)
  return preflight({ plan, state: lab.state, worlds, clock: lab.clock, signal })
}

const warning = { severity: 'warning', code: 'FORGE5201', summary: 'A port', detail: 'It is taken.', address: 'instance.nfs' }

test('What a preflight says holds no secret, neither in its detail nor in its summary', async () => {
  using lab = new Lab()
  const words = { ...warning, summary: 'No login with hunter22', detail: 'hunter22 is wrong.', span: { file: 'x', start: 0, end: 1 } }
  expect(await said(lab, [words], 'hunter22')).toEqual([
    { ...warning, summary: 'No login with (sensitive)', detail: '(sensitive) is wrong.' },
  ])
})

test.each([
  ['a severity of neither kind', [{ ...warning, severity: 'fatal' }]],
  ['a code that nothing explains', [{ ...warning, code: 'FORGE0000' }]],
  ['an address that is none', [{ ...warning, address: '../etc' }]],
  ['a summary that is no text', [{ ...warning, summary: 7 }]],
  ['no list', { 0: warning }],
])('A preflight that answers %s is named as a bug in the provider', async (_, answer) => {
  using lab = new Lab()
  await expect(said(lab, answer)).rejects.toThrow(/The provider local .*bug in it/)
})

test('An import whose object cannot be looked at says so without a secret', async () => {
  using lab = new Lab()
  lab.provider = answering({
    find: async function* () {
      yield { id: remoteId('vm-1'), uid: 'native-1' as never, name: 'nfs', inputs: {}, outputs: {} }
    },
    observe: () => Promise.reject(new ProviderError('denied', 'The login hunter22 may not look.')),
  })
  const desired = lab.desired([unit('instance.nfs')])
  await using worlds = await lab.open(desired, lab.state)
  worlds.redactor.add('hunter22')
  const wish = { address: 'instance.nfs' as Address, query: { id: remoteId('vm-1') } }
  await expect(findImport({ desired, state: lab.state, worlds, clock: lab.clock, signal, wish })).rejects.toMatchObject({
    diagnostics: [{ code: 'FORGE5002', detail: expect.stringContaining(`${simMachine.name}`) }],
    message: expect.stringContaining('The login (sensitive) may not look.'),
  })
})
