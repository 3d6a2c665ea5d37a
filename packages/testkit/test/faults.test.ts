import { describe, expect, it } from 'vitest'
import type { Address, Mark } from '@forgeplan/model'
import { lineage, stackName, uid } from '@forgeplan/model'
import type { Call, Handler, Target } from '@forgeplan/sdk'
import { Crash } from '../src/crash.ts'
import type { Fault } from '../src/faults.ts'
import { faultScript } from '../src/faults.ts'
import { MemoryJournal } from '../src/memory-journal.ts'
import { sim } from '../src/sim.ts'
import { machineType } from '../src/sim-types.ts'
import { VirtualClock } from '../src/virtual-clock.ts'
import { World } from '../src/world.ts'

const address = 'group.web/1' as Address
const mark: Mark = {
  lineage: lineage('11111111-1111-4111-8111-111111111111'),
  stack: stackName('lab'),
  uid: uid('u1'),
  address,
  generation: 1,
  specDigest: 'a'.repeat(64),
}
const target: Target = { uid: mark.uid, address, type: machineType, mark, id: null, handle: null, begunAt: null, making: false }

const create = async (world: World, signal = new AbortController().signal): Promise<unknown> => {
  const clock = new VirtualClock()
  const call: Call = {
    signal,
    progress: () => undefined,
    record: async () => undefined,
    now: clock.now,
    sleep: (ms) => clock.sleep(ms, signal),
  }
  const session = await sim.open({ world: world.name }, { directory: '/', signal })
  return (session.handlers.get(machineType) as Handler).apply('create', target, { image: 'a' }, { kind: 'absent' }, call)
}

describe('a fault', () => {
  const struck = async (fault: Fault, expected: { objects: number; error: string | RegExp }, signal?: AbortSignal): Promise<void> => {
    using world = new World({ name: `fault ${JSON.stringify(fault)}` })
    const script = faultScript(world, [{ method: 'apply', nth: 1, fault }])
    world.interceptors.push(script.interceptor)
    await expect(create(world, signal)).rejects.toThrow(expected.error)
    expect(world.objects()).toHaveLength(expected.objects)
    expect(script.fired).toHaveLength(1)
    await create(world)
    expect(world.objects()).toHaveLength(1)
  }

  it('before the effect leaves nothing', () => struck({ kind: 'error-before', error: 'transient' }, { objects: 0, error: 'before' }))
  it('after the effect leaves the object', () => struck({ kind: 'error-after', error: 'transient' }, { objects: 1, error: 'after' }))
  it('on the wire leaves the object', () => struck({ kind: 'connection-lost' }, { objects: 1, error: 'connection' }))
  it('that hangs ends with its signal', () =>
    struck({ kind: 'timeout', effect: false }, { objects: 0, error: /timeout/ }, AbortSignal.timeout(20)))
  it('that is slow takes virtual time only', async () => {
    using world = new World({ name: 'slow fault' })
    world.interceptors.push(
      faultScript(world, [{ method: 'apply', nth: 'every', address, fault: { kind: 'slow', ms: 3_600_000 } }]).interceptor,
    )
    await create(world)
    expect(world.objects()[0]?.createdAt).toBe(1_700_003_600_000)
  })
})

describe('a crash', () => {
  it('stops the run at its boundary and lets nothing pass after it', async () => {
    using world = new World({ name: 'crash' })
    const crash = new Crash(2)
    world.interceptors.push(crash.interceptor)
    void create(world)
    expect(await crash.crashed).toBe('after apply group.web/1')
    const journal = new MemoryJournal(stackName('lab'))
    void crash.journal(journal).append([{ kind: 'outputs', values: {} }])
    await new Promise(setImmediate)
    expect(journal.records).toEqual([])
    expect(world.objects()).toHaveLength(1)
  })

  it('counts the boundaries of a run that it does not stop', async () => {
    using world = new World({ name: 'count' })
    const crash = new Crash()
    world.interceptors.push(crash.interceptor)
    await create(world)
    await crash.journal(new MemoryJournal(stackName('lab'))).append([{ kind: 'outputs', values: {} }])
    expect(crash.boundaries).toEqual(['before apply group.web/1', 'after apply group.web/1', 'journal outputs'])
  })
})
