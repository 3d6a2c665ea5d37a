import type { Arbitrary } from 'fast-check'
import { array, asyncProperty, boolean, constantFrom, integer, nat, option, record, subarray, tuple, uniqueArray } from 'fast-check'
import { describe, expect, it } from 'vitest'
import { hasVcsim } from '../../../test/require.ts'
import { patience, size } from '../../../test/scale.ts'
import { holds } from '../../../test/support/random.ts'
import type { Vcenter } from '../../../test/support/vcenter.ts'
import { makeVcenter } from '../../../test/support/vcenter.ts'
import { Lab, LabProblems, lineageOf } from '../../testkit/src/index.ts'
import { vsphere } from '../src/index.ts'
import { FastClock } from './support/fast-clock.ts'

/** Inputs of a machine, as a configuration has them. */
type Inputs = Readonly<Record<string, unknown>>

interface Config {
  readonly web: { readonly size: number; readonly surge: number; readonly instance: Inputs } | null
  readonly box: Inputs | null
  readonly init: string | null
}

interface Deed {
  readonly what: 'power-off' | 'cpus' | 'rename' | 'remove' | 'notes' | 'move'
  readonly pick: number
}

/** A configuration, and what people do to its machines once they stand. */
interface Step {
  readonly config: Config
  readonly deeds: readonly Deed[]
}

const nothing: Step = { config: { web: null, box: null, init: null }, deeds: [] }

const some = <T>(value: Arbitrary<T>): Arbitrary<T | null> => option(value, { freq: 2 })

const disk = record({ name: constantFrom('data', 'kept'), size: constantFrom('64MiB', '128MiB') })
const disks = uniqueArray(disk, { selector: ({ name }) => name, maxLength: 2 })

const inputs: Arbitrary<Inputs> = record({
  template: constantFrom('DC0_H0_VM0', 'DC0_C0_RP0_VM0', null),
  iso: constantFrom('[LocalDS_0] boot.iso', '[LocalDS_0] other.iso'),
  hotAdd: some(boolean()),
  cpus: some(integer({ min: 1, max: 3 })),
  memory: some(constantFrom('64MiB', '128MiB', '256MiB')),
  notes: some(constantFrom('first', 'second\nline', '')),
  network: some(constantFrom('VM Network', 'DC0_DVPG0')),
  networks: some(subarray(['VM Network', 'DC0_DVPG0'])),
  disks: some(disks.map((all) => all.map((each) => ({ ...each, retain: each.name === 'kept' })))),
  extraConfig: some(constantFrom({}, { 'guestinfo.a': 'b' }, { 'guestinfo.a': 'c', 'guestinfo.d': 'e' })),
  tags: some(constantFrom({}, { role: 'web' }, { role: 'db', tier: '1' })),
  customAttributes: some(constantFrom({}, { owner: 'a' }, { owner: 'b', cost: '1' })),
  powerOn: some(boolean()),
  namePrefix: some(constantFrom('STACK-x', 'STACK-y')),
  folder: some(constantFrom('left', 'right/below')),
}).map(({ template, iso, hotAdd, ...rest }) => {
  // The simulator drops hotAdd from a clone.
  const source = template === null ? { iso, hotAdd } : { template }
  return Object.fromEntries(Object.entries({ ...source, ...rest }).filter(([, value]) => value !== null))
})

const members = tuple(inputs, boolean()).map(([each, antiAffinity]): Inputs => (antiAffinity ? { ...each, antiAffinity } : each))

const steps: Arbitrary<Step> = record({
  config: record({
    web: option(record({ size: nat(3), surge: nat(1), instance: members })),
    box: option(inputs),
    init: some(constantFrom('echo one', 'echo two')),
  }),
  deeds: array(record({ what: constantFrom<Deed['what']>('power-off', 'cpus', 'rename', 'remove', 'notes', 'move'), pick: nat(20) }), {
    maxLength: 2,
  }),
})

const textOf = (stack: string, port: number, { web, box, init }: Config): string => {
  const login = { url: `127.0.0.1:${port}`, username: 'user', password: 'env:PASSWORD', insecure: true }
  const places = { cluster: 'DC0_C0', datastore: 'LocalDS_0', network: 'VM Network', diskFolder: '[LocalDS_0] disks-STACK' }
  const flavor = init === null ? {} : { flavor: 'some' }
  const group = web && { size: web.size, update: { maxSurge: web.surge }, ...flavor, instance: { provider: 'vc', ...web.instance } }
  const text = JSON.stringify({
    stack,
    providers: { vc: { plugin: 'vsphere', ...login, ...places } },
    flavors: { some: { plugin: 'simflavor', health: false, init: init ?? '' } },
    groups: group === null ? {} : { web: group },
    instances: box === null ? {} : { box: { ...flavor, instance: { provider: 'vc', ...box } } },
  })
  return text.replaceAll('STACK', stack)
}

const doDeed = async (vcenter: Vcenter, stack: string, { what, pick }: Deed): Promise<void> => {
  const standing = (await vcenter.machines()).filter(({ name }) => name.startsWith(`${stack}-`))
  const one = standing[pick % Math.max(1, standing.length)]
  if (one === undefined) return
  switch (what) {
    case 'power-off':
      return one.isOn ? vcenter.powerOff(one.name) : undefined
    case 'cpus':
      return vcenter.reconfigure(one.name, { numCPUs: 4 })
    case 'notes':
      return vcenter.reconfigure(one.name, { annotation: 'somebody was here' })
    case 'rename':
      return void (await vcenter.client.run('Rename_Task', one.ref, { newName: `${stack}-renamed-${pick}` }))
    case 'remove':
      return vcenter.remove(one.name)
    // A lone machine that was moved away stops a plan until somebody decides.
    case 'move':
      return one.name === `${stack}-box` ? undefined : vcenter.move(one.name, 'aside')
    default:
      return what satisfies never
  }
}

describe.skipIf(!hasVcsim())('from any machines to any others', () => {
  it('one apply is enough: the next plan is empty, whatever people have done in between', { timeout: patience }, async () => {
    await using vcenter = await makeVcenter()
    for (const file of ['boot.iso', 'other.iso']) await vcenter.upload(file)
    let count = 0
    const walk = asyncProperty(array(steps, { minLength: 1, maxLength: 5 }), async (all) => {
      const stack = `w${++count}`
      using lab = new Lab({ providers: [vsphere], lineage: lineageOf(stack) })
      lab.clock = new FastClock(50)
      for (const { config, deeds } of [...all, nothing]) {
        try {
          lab.configure(textOf(stack, vcenter.port, config), { secrets: { 'env:PASSWORD': 'pass' } })
          // One at a time: the simulator now and then panics over a neighbour in the folder that has no name yet.
          const { outcome } = await lab.apply({ parallelism: 1 })
          expect({ result: outcome.result, failure: outcome.failure }).toEqual({ result: 'done', failure: null })
        } catch (error) {
          // A change that cannot be made is told beforehand.
          if (error instanceof LabProblems) continue
          throw error
        }
        expect((await lab.plan()).changes.filter(({ action }) => action !== 'keep')).toEqual([])
        for (const deed of deeds) await doDeed(vcenter, stack, deed)
      }
      expect([...lab.state().rows.values()].filter(({ phase }) => phase.kind !== 'released')).toEqual([])
    })
    await holds('walks through a vCenter', walk, size.walks)
  })
})
