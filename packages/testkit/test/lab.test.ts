import { describe, expect, it } from 'vitest'
import type { Address } from '@forgeplan/model'
import { hasChanges } from '@forgeplan/model'
import { Crash } from '../src/crash.ts'
import { Lab } from '../src/lab.ts'
import { orphans, twins } from '../src/oracle.ts'
import { machineType } from '../src/sim-types.ts'
import { sim } from '../src/sim.ts'
import { World } from '../src/world.ts'

const three = `
stack: lab
providers:
  here: { plugin: sim, world: WORLD }
flavors:
  web: { plugin: simflavor, init: hello }
groups:
  web:
    size: 3
    instance: { provider: here, image: debian, memory: 1GiB }
    flavor: web
`

const labOn = (name: string, text = three): Lab => {
  const lab = new Lab({ world: new World({ name, creationMs: 500 }) })
  lab.configure(text.replace('WORLD', name))
  return lab
}

describe('the lab', () => {
  it('goes from a text to machines, and then there is nothing left to do', async () => {
    using lab = labOn('line')
    const { outcome } = await lab.apply()
    expect(outcome).toMatchObject({ result: 'done', failure: null })
    expect(lab.world.objects()).toHaveLength(3)
    expect(hasChanges(await lab.plan())).toBe(false)
    lab.world.clearLog()
    await lab.apply()
    expect(lab.world.mutatingCalls()).toEqual([])
  })

  it('goes on after a crash at any boundary of a run, without orphans and twins', async () => {
    const whole = new Crash()
    {
      using lab = labOn('count')
      await lab.applyUntil(whole)
      expect(whole.boundaries.length).toBeGreaterThan(20)
    }
    for (let at = 1; at <= whole.boundaries.length; at++) {
      using lab = labOn(`crash ${at}`)
      expect(await lab.applyUntil(new Crash(at)), `boundary ${at}`).toBeTypeOf('string')
      const { outcome } = await lab.apply()
      expect(outcome, `boundary ${at}: ${whole.boundaries[at - 1]}`).toMatchObject({ result: 'done', failure: null })
      expect(lab.world.objects()).toHaveLength(3)
      expect(orphans(lab.world, lab.state())).toEqual([])
      expect(twins(lab.world, lab.state())).toEqual([])
    }
  })

  it('finds a killed machine and repairs it with its identity', async () => {
    using lab = labOn('kill')
    await lab.apply()
    const [victim] = lab.world.objects()
    lab.world.kill(victim?.id as never)
    const { plan } = await lab.apply()
    expect(plan.changes.filter((change) => change.action !== 'keep').map((change) => change.action)).toEqual(['restart'])
    expect(lab.world.object(victim?.id as never)).toMatchObject({ uid: victim?.uid, status: { kind: 'running' } })
  })

  it('has a flavor whose groups come up one member first, and is told who leads', async () => {
    using lab = labOn('serial', three.replace('plugin: simflavor', 'plugin: simserial'))
    await lab.apply()
    expect(lab.catalog.flavors.get('simserial')?.bootstrap).toBe('serial')
    const [first] = lab.world.objects()
    lab.world.setLeader(first?.id as never)
    const { health } = await lab.observe()
    expect([...health].filter(([, { role }]) => role === 'leader').map(([uid]) => uid)).toEqual([first?.uid])
  })

  it('approves gates of a plan, or asks at them', async () => {
    using lab = labOn('asking')
    const made = await lab.plan()
    const gate = made.steps.find((step) => step.kind === 'gate')
    const steps = made.steps.map((step) => (step.kind === 'gate' ? { ...step, gate: { ...step.gate, ask: true } } : step))
    const plan = { ...made, steps }
    expect((await lab.apply({ plan })).outcome.result).toBe('partial')
    const names: string[] = []
    const ask = async ({ name }: { readonly name: string }): Promise<boolean> => {
      names.push(name)
      return false
    }
    expect((await lab.apply({ plan, ask })).outcome.result).toBe('partial')
    expect(names.map((name) => `gate:${name}`)).toEqual([gate?.id])
    expect((await lab.apply({ plan, approved: new Set(names) })).outcome.result).toBe('done')
  })
})

describe('a world with little room', () => {
  const wanted = (...ids: readonly number[]) => ids.map((id) => ({ address: `group.web/${id}` as Address, inputs: {} }))
  const roomFor = async (lab: Lab, ids: readonly number[]) => {
    const session = await sim.open({ world: lab.world.name }, { directory: '/', signal: new AbortController().signal })
    const call = { ...quiet, now: () => lab.clock.now(), signal: new AbortController().signal }
    return (await session.handlers.get(machineType)?.preflight?.(wanted(...ids), call))?.map(({ severity }) => severity)
  }
  const quiet = { progress: () => undefined, record: async () => undefined, sleep: async () => undefined }

  it('says so when more machines are wanted than fit beside those that stand', async () => {
    using lab = labOn('room')
    await lab.apply()
    expect(await roomFor(lab, [4, 5])).toEqual([])
    lab.world.capacity = 4
    expect(await roomFor(lab, [4])).toEqual([])
    expect(await roomFor(lab, [4, 5])).toEqual(['error'])
  })

  it('counts a machine that takes the place of another once', async () => {
    using lab = labOn('place')
    await lab.apply()
    lab.world.capacity = 4
    expect(await roomFor(lab, [1, 2, 3, 4])).toEqual([])
  })
})
