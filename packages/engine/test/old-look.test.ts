import { expect, test } from 'vitest'
import type { RemoteId } from '@forgeplan/model'
import { Lab, World } from '@forgeplan/testkit'

const config = (image: string, update: string): string => `stack: lab
providers: { here: { plugin: sim, world: w } }
flavors: { web: { plugin: simflavor } }
groups:
  web: { size: 3, instance: { provider: here, image: ${image} }, flavor: web, healthTimeout: 1m, update: ${update} }
policy: { maxDestroy: "100%" }
`

const idAt = (lab: Lab, address: string): RemoteId => {
  const row = [...lab.state().rows.values()].find((one) => one.address === address)
  if (row?.id === undefined || row.id === null) throw new Error(`nothing stands at ${address}`)
  return row.id
}

const readyLab = async (update: string): Promise<Lab> => {
  const lab = new Lab({ world: new World({ name: 'w' }) })
  lab.configure(config('a', update))
  await lab.apply()
  lab.clock.pass(300_000)
  lab.configure(config('b', update))
  return lab
}
const sick = { kind: 'unhealthy', why: 'it broke meanwhile' } as const

test('a gate that was passed before an interruption looks again before anybody goes down', async () => {
  using lab = await readyLab('{ batch: 1 }')
  const plan = await lab.plan()
  const stop = new AbortController()
  const { append } = lab.journal
  Object.assign(lab.journal, {
    append: async (entries: Parameters<typeof append>[0]) => {
      const records = await append(entries)
      if (entries.some((entry) => entry.kind === 'step-done' && entry.step === 'gate:wave-2.group.web')) stop.abort()
      return records
    },
  })
  expect((await lab.apply({ plan, stop: stop.signal })).outcome.result).toBe('interrupted')
  lab.world.setHealth(idAt(lab, 'group.web/3'), sick)
  const resumed = await lab.apply({ plan })
  expect(resumed.outcome.result).toBe('partial')
  expect(resumed.events.filter((event) => event.kind === 'step-started')).toEqual([])
})

test('after a person has agreed the members are looked at once more', async () => {
  using lab = await readyLab('{ canary: 1 }')
  const ask = async (): Promise<boolean> => {
    lab.world.setHealth(idAt(lab, 'group.web/3'), sick)
    return true
  }
  const { outcome, events } = await lab.apply({ ask })
  expect(outcome.result).toBe('partial')
  expect(events.flatMap((event) => (event.kind === 'step-started' ? [event.address] : []))).toEqual(['group.web/1', 'group.web/1'])
})

test('a changed member that is not well yet is waited for, although it may fail', async () => {
  using lab = await readyLab('{ batch: 1, maxFailures: 1 }')
  lab.world.setHealthyAfterMs(10_000)
  const { outcome, events } = await lab.apply()
  expect(outcome.result).toBe('done')
  const waits = events.flatMap((event) => (event.kind === 'gate-passed' ? [event.elapsedMs] : []))
  expect(waits.slice(1).every((ms) => ms >= 10_000)).toBe(true)
})

test('a member that a roll has given up is unwell for the next plan', async () => {
  using lab = await readyLab('{ maxSurge: 1, timeout: 10s }')
  lab.world.setHealthyAfterMs(3_600_000)
  expect((await lab.apply()).outcome.result).toBe('partial')
  lab.configure(config('c', '{ maxSurge: 1, timeout: 10s }'))
  const next = await lab.plan()
  expect(next.changes.filter(({ action }) => action === 'delete')[0]).toMatchObject({
    address: 'group.web/1',
    reason: { kind: 'succeeded-by' },
  })
  expect(next.changes.find(({ address }) => address === 'group.web/4')).toMatchObject({ action: 'delete', reason: { kind: 'scaled-down' } })
})
