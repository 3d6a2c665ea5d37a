import { describe, expect, it } from 'vitest'
import type { Lab as LabType } from '@forgeplan/testkit'
import { Lab, World } from '@forgeplan/testkit'
import { applyAsCommand, exitOf } from '../support/command.ts'
import { doings, expectTruth } from '../support/truth.ts'

const text = (image: string): string => `
stack: lab
providers:
  here: { plugin: sim, world: w }
flavors:
  web: { plugin: simflavor }
groups:
  db: { ids: [a, b], instance: { provider: here, image: ${image} }, flavor: web, healthTimeout: 60s }
  api: { size: 2, instance: { provider: here, image: ${image} }, flavor: web, dependsOn: [group.db] }
  aside: { size: 1, instance: { provider: here, image: ${image} } }
policy: { maxDestroy: "100%" }
`

const addresses = (lab: LabType): readonly string[] => [...lab.state().rows.values()].map(({ address }) => address).toSorted()

const neverWell = (): LabType => {
  const lab = new Lab({ world: new World({ name: 'w', healthyAfterMs: Infinity }) })
  lab.configure(text('debian'))
  return lab
}

describe('members that do not become healthy', () => {
  it('stop what depends on them and nothing else; the run is partial and says why', async () => {
    using lab = neverWell()
    const ended = await lab.apply()
    expect(exitOf(ended)).toBe(3)
    expect(ended.outcome.failure?.message).toContain('group.db')
    expect(addresses(lab)).toEqual(['group.aside/1', 'group.db/a', 'group.db/b'])
    expect(ended.events.filter(({ kind }) => kind === 'gate-stopped')).toHaveLength(1)
    expect(ended.outcome.elapsedMs).toBeGreaterThanOrEqual(60_000)
    expect(ended.outcome.elapsedMs).toBeLessThan(120_000)
    expectTruth(lab)
  })

  it('are waited for again by the same plan, and by a new one not', async () => {
    using lab = neverWell()
    const plan = await lab.plan()
    await lab.apply({ plan })
    lab.world.setHealthyAfterMs(0)
    expect(await applyAsCommand(lab, { plan })).toMatchObject({ kind: 'ran', exit: 0 })
    expect(addresses(lab)).toHaveLength(5)
    expect(doings(await lab.plan())).toEqual([])
  })

  it('of which one is ended for good, are not waited for until the deadline', async () => {
    using lab = neverWell()
    lab.world.interceptors.push(async (about, proceed) => {
      const result = await proceed()
      if (about.method === 'apply' && about.target?.address === 'group.db/b')
        for (const { id, uid } of lab.world.objects()) if (uid === about.target.uid) lab.world.kill(id, 'kernel panic')
      return result
    })
    const ended = await lab.apply()
    expect(exitOf(ended)).toBe(3)
    expect(ended.outcome.failure?.message).toContain('kernel panic')
    expect(addresses(lab)).not.toContain('group.api/1')
  })
})
