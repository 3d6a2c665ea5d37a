import { conformanceCases } from '@forgeplan/sdk/conformance'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hasVcsim } from '../../../test/require.ts'
import { startVcsim } from '../../../test/support/vcsim.ts'
import { subjectOf } from './subject.ts'
import { Fleet, life } from './support/fleet.ts'
import type { Line } from './support/line.ts'
import { openLine } from './support/line.ts'
import { faultsOf, shapeOf, standingOf } from './support/standing.ts'

// A clone makes a machine in a task of its own, so that it takes both.
const slow = 'CloneVm:1000,CreateVm:1500,LockHandoff:0'
const nothing = async (): Promise<AsyncDisposable> => ({ [Symbol.asyncDispose]: async () => undefined })

const machines = {
  'from a template': { template: 'DC0_H0_VM0' },
  'from an image': { iso: '[LocalDS_0] boot.iso', network: 'VM Network' },
}

const isThere = hasVcsim()
const world = isThere ? await startVcsim(['-vm', '1', '-method-delay', slow]) : { port: 0, [Symbol.asyncDispose]: async () => undefined }

describe.skipIf(!isThere)('a creation that takes long', () => {
  let line: Line
  beforeAll(async () => {
    line = await openLine(slow)
  })
  afterAll(async () => {
    await line[Symbol.asyncDispose]()
    await world[Symbol.asyncDispose]()
  })

  it('that cannot be heard of, since the connection is gone, is transient', async () => {
    const subject = subjectOf(line, line, { template: 'DC0_H0_VM0' })
    const disconnect = async (): Promise<AsyncDisposable> => {
      line.meddle(() => ({ kind: 'cut-before' }))
      return { [Symbol.asyncDispose]: async () => line.meddle(() => ({ kind: 'pass' })) }
    }
    const cases = conformanceCases({ ...subject, world: { ...subject.world, disconnect } })
    await cases.find(({ name }) => name === 'a dropped connection is transient')?.run()
    expect(line.calls().length).toBeGreaterThan(0)
  })

  describe.each(Object.entries(machines))('of machines %s', (_, inputs) => {
    const subject = subjectOf(world, world, inputs)
    const cases = conformanceCases({ ...subject, world: { ...subject.world, slowCreation: nothing } })
    const meant = cases.filter(({ name }) => name.includes('slow creation'))
    it('is among the cases of the conformance suite', () => expect(meant.length).toBe(1))
    for (const { name, run } of meant) it(name, run)
  })

  it('of another machine is not waited for by one whose own call never arrived', async () => {
    using fleet = new Fleet('others')
    fleet.enter(life[0] as (typeof life)[number], line.port)
    line.meddle((method, before) => (method === 'CloneVM_Task' && before === 0 ? { kind: 'cut-before' } : { kind: 'pass' }))
    const running = fleet.apply()
    await line.called('CloneVM_Task', 3)
    expect(await standingOf(line.client, 'others')).toEqual([])
    await running
  })

  it.each([
    ['whose tasks were written down', 'slow-told'],
    ['of which nothing was written down', 'slow-lost'],
    ['whose tasks were written down, but those that wait for them meet a fault', 'slow-fault'],
  ])('and is under way when forge is killed, %s, is waited for by the next run and never begun again', async (_, stack) => {
    const stage = life[0] as (typeof life)[number]
    using fleet = new Fleet(stack)
    const isLost = stack === 'slow-lost'
    fleet.enter(stage, line.port)
    const begins = (method: string): boolean => method === 'CloneVM_Task' || method === 'CreateVM_Task'
    line.meddle((method) => (isLost && begins(method) ? { kind: 'hold' } : { kind: 'pass' }))
    line.calls()
    const begun = Promise.all([line.called('CloneVM_Task', 2), line.called('CreateVM_Task', 1)])
    await fleet.applyUntil(isLost ? begun : line.called('WaitForUpdatesEx', 1).then(() => begun))
    expect(await standingOf(line.client, fleet.stack)).toEqual([])
    const isFaulty = (method: string, before: number): boolean =>
      stack === 'slow-fault' && method === 'WaitForUpdatesEx' && before > 0 && before < 4
    line.meddle((method, before) => (isFaulty(method, before) ? { kind: 'fault', fault: 'SystemError' } : { kind: 'pass' }))
    await fleet.apply()
    expect(line.calls().filter(begins).length).toBe(3)
    const found = await standingOf(line.client, fleet.stack)
    expect([faultsOf(found, fleet.state), shapeOf(found, fleet.stack)]).toEqual([[], stage.wanted])
  })
})
