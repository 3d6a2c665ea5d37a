import { describe, expect, it } from 'vitest'
import { hasChanges } from '@forgeplan/model'
import { Crash } from '../src/crash.ts'
import { Lab } from '../src/lab.ts'
import { orphans, twins } from '../src/oracle.ts'
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
})
