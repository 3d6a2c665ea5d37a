import { once } from 'node:events'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { groupUnit, memberAddress } from '@forgeplan/model'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { parseArguments, toArguments } from '../src/stub/command-line.ts'
import type { Rig } from './rig.ts'
import { aCall, apply, aTarget, freePort, inputs, openAt, openRig } from './rig.ts'

let rig: Rig
beforeEach(async () => {
  rig = await openRig()
})
afterEach(async () => {
  await rig[Symbol.asyncDispose]()
})

const [one, two] = ['1', '2'].map((id) => memberAddress(groupUnit('web'), id)) as [
  ReturnType<typeof memberAddress>,
  ReturnType<typeof memberAddress>,
]
const codesOf = async (...wanted: readonly (readonly [typeof one, number | undefined])[]): Promise<readonly string[]> => {
  const list = wanted.map(([address, port]) => ({ address, inputs: port === undefined ? {} : { port } }))
  return ((await rig.handler.preflight?.(list, aCall())) ?? []).map((problem) => problem.code)
}

it('a port that another process holds is an error', async () => {
  const holder = createServer().listen(0, '127.0.0.1')
  await once(holder, 'listening')
  try {
    expect(await codesOf([one, (holder.address() as AddressInfo).port])).toEqual(['FORGE5201'])
  } finally {
    holder.close()
  }
})

it('a free port and no port are no problem', async () => {
  expect(await codesOf([one, await freePort()], [two, undefined])).toEqual([])
})

it('two machines that want one port are an error', async () => {
  const port = await freePort()
  expect(await codesOf([one, port], [two, port])).toEqual(['FORGE5203'])
})

it('a port that a machine holds is a warning, and none for the one that takes its place', async () => {
  const port = await freePort()
  await apply(rig, 'create', aTarget({ address: one }), inputs({ port }))
  expect(await codesOf([one, port])).toEqual([])
  expect(await codesOf([two, port])).toEqual(['FORGE5202'])
})

it('the realm is the host and the real root, whether that stands yet or not', async () => {
  const before = rig.session.realm
  await apply(rig, 'create', aTarget(), inputs())
  expect((await openAt(rig.folder)).realm).toBe(before)
  expect((await openAt(rig.folder, { root: `${rig.folder}/../${rig.folder.split('/').at(-1)}/machines` })).realm).toBe(before)
  expect((await openAt(rig.folder, { root: 'others' })).realm).not.toBe(before)
})

it('the arguments of a machine are read back, and unknown ones are refused', () => {
  const stub = { bootDelay: 10, crashAfter: 20, exitCode: 2, ignoreTerm: true }
  expect(parseArguments(toArguments('u', inputs({ stub })))).toEqual({ uid: 'u', knobs: stub })
  expect(() => parseArguments([...toArguments('u', inputs()), '--surprise'])).toThrow('hyperkit')
  expect(() => parseArguments(['-A'])).toThrow('-f')
})
