import type { PlainMap } from '@forgeplan/model'
import { groupUnit, memberAddress, remoteId } from '@forgeplan/model'
import type { Target } from '@forgeplan/sdk'
import { isA } from '@forgeplan/vsphere-soap'
import { beforeEach, describe, expect, it } from 'vitest'
import { hasVcsim } from '../../../test/require.ts'
import { atlasOf } from '../src/places/atlas.ts'
import { ruleName } from '../src/labels/rules.ts'
import { preflight } from '../src/preflight/preflight.ts'
import { aCall, useRig } from './rig.ts'
import { machineRef } from './subject.ts'
import { targetOf } from './target.ts'

describe.skipIf(!hasVcsim())('members of a group that shall be apart', () => {
  const rig = useRig(['-vm', '1'], { cluster: 'DC0_C0', datastore: 'LocalDS_0' })
  const base = { template: 'DC0_H0_VM0', powerOn: false }
  const apart = { ...base, antiAffinity: true }
  const standing: Target[] = []

  const made = async (inputs: PlainMap = apart): Promise<Target> => {
    const target = rig.target()
    const { id } = await rig.apply('create', target, inputs)
    const own = { ...target, id: remoteId(id) }
    standing.push(own)
    return own
  }
  const gone = async (target: Target): Promise<void> => rig.handler.delete(target, { kind: 'absent' }, aCall())
  const seen = async (...targets: readonly Target[]): Promise<readonly unknown[]> => {
    const sights = await rig.handler.observe(targets, aCall())
    return targets.map(({ uid }) => {
      const sight = sights.get(uid)
      return sight?.kind === 'present' ? sight.inputs['antiAffinity'] : sight?.kind
    })
  }
  const cluster = async () => {
    const query = { of: { under: rig.client.content.rootFolder }, properties: { ClusterComputeResource: ['configurationEx'] } }
    for await (const { ref, properties } of rig.client.retrieve(query)) return { ref, config: properties.get('configurationEx') }
    throw new Error('no cluster')
  }
  const rules = async () => {
    const { config } = await cluster()
    return isA(config, 'ClusterConfigInfoEx') ? (config.rule ?? []).filter((each) => isA(each, 'ClusterAntiAffinityRuleSpec')) : []
  }
  const members = async (): Promise<readonly (readonly string[])[]> =>
    (await rules()).map(({ vm }) => vm.map(({ value }) => value).toSorted())
  const idsOf = (...targets: readonly Target[]): readonly string[] => targets.map(({ id }) => id ?? '').toSorted()

  beforeEach(async () => {
    for (const target of standing.splice(0)) await gone(target)
    expect(await rules()).toEqual([])
  })

  it('come into one rule with the second of them, leave it as they go, and the last but one takes it away', async () => {
    const first = await made()
    expect(await rules()).toEqual([])
    expect(await seen(first)).toEqual([true])
    const second = await made()
    expect(await members()).toEqual([idsOf(first, second)])
    const third = await made()
    expect(await members()).toEqual([idsOf(first, second, third)])
    expect(await seen(first, second, third)).toEqual([true, true, true])
    await gone(second)
    expect(await members()).toEqual([idsOf(first, third)])
    await gone(first)
    expect(await rules()).toEqual([])
    expect(await seen(third)).toEqual([true])
  })

  it('have a rule that says whose it is', async () => {
    const first = await made()
    await made()
    const [rule] = await rules()
    expect(rule).toMatchObject({ name: ruleName(first.mark), enabled: true, userCreated: true })
    expect(rule?.name).toBe(`forge lab group.web ${first.mark.lineage.slice(0, 8)}`)
  })

  it('come in and go at the same time, and none is forgotten', async () => {
    const targets: Target[] = []
    // The simulator panics over two clones at a time.
    for (let index = 0; index < 6; index += 1) targets.push(await made(base))
    await Promise.all(targets.map((target) => rig.apply('update', target, apart)))
    expect(await members()).toEqual([idsOf(...targets)])
    await Promise.all(targets.slice(0, 4).map((target) => rig.apply('update', target, { ...base, antiAffinity: false })))
    expect(await members()).toEqual([idsOf(...targets.slice(4))])
    expect(await seen(...targets)).toEqual([false, false, false, false, true, true])
  })

  it('that somebody took out of the rule differ, and come back', async () => {
    const targets = [await made(), await made(), await made()]
    const { ref } = await cluster()
    const [rule] = await rules()
    if (rule === undefined) throw new Error('no rule')
    const info = { ...rule, vm: rule.vm.filter(({ value }) => value !== targets[1]?.id) }
    const spec = { $type: 'ClusterConfigSpecEx', rulesSpec: [{ $type: 'ClusterRuleSpec', operation: 'edit', info }] } as const
    await rig.client.run('ReconfigureComputeResource_Task', ref, { spec, modify: true })
    expect(await seen(...targets)).toEqual([true, false, true])
    await rig.apply('update', targets[1] as Target, apart)
    expect(await members()).toEqual([idsOf(...targets)])
  })

  it('whose rule somebody removed differ, and the first that is changed brings it back', async () => {
    const targets = [await made(), await made()]
    const { ref } = await cluster()
    const [rule] = await rules()
    const spec = {
      $type: 'ClusterConfigSpecEx',
      rulesSpec: [{ $type: 'ClusterRuleSpec', operation: 'remove', removeKey: rule?.key ?? 0 }],
    } as const
    await rig.client.run('ReconfigureComputeResource_Task', ref, { spec, modify: true })
    expect(await seen(...targets)).toEqual([false, false])
    await rig.apply('update', targets[0] as Target, apart)
    expect(await members()).toEqual([idsOf(...targets)])
  })

  it('whose group gets another name are in the rule of that name as soon as they are marked with it', async () => {
    const targets = [await made(), await made()]
    for (const [index, target] of targets.entries()) {
      const mark = { ...target.mark, address: memberAddress(groupUnit('shop'), String(index + 1)) }
      await rig.handler.mark?.(target, mark, aCall())
      standing[standing.indexOf(target)] = { ...target, mark, address: mark.address }
    }
    const renamed = [...standing]
    expect((await rules()).map(({ name }) => name)).toEqual([ruleName((renamed[0] as Target).mark)])
    expect(await members()).toEqual([idsOf(...targets)])
    expect(await seen(...renamed)).toEqual([true, true])
  })

  it('that are released are out of the rule', async () => {
    const targets = [await made(), await made(), await made()]
    await rig.handler.mark?.(targets[0] as Target, null, aCall())
    expect(await members()).toEqual([idsOf(...targets.slice(1))])
    standing.splice(standing.indexOf(targets[0] as Target), 1)
    await rig.client.run('Destroy_Task', machineRef(targets[0]?.id ?? ''), {})
  })

  it('cannot be so on a host that stands alone, which the plan says', async () => {
    const wanted = [
      {
        address: memberAddress(groupUnit('web'), '1'),
        inputs: { antiAffinity: true, host: 'DC0_H0', datastore: 'LocalDS_0', network: 'VM Network' },
      },
    ]
    const site = { client: rig.client, atlas: atlasOf(rig.client), defaults: {} }
    const found = await preflight(site, { wanted, touched: [] }, { signal: AbortSignal.timeout(60_000) })
    expect(found).toMatchObject([{ code: 'FORGE5304', severity: 'error' }])
    await expect(rig.apply('create', rig.target(), { ...apart, host: 'DC0_H0' })).rejects.toMatchObject({ kind: 'invalid' })
  })
})

describe('the name of a rule', () => {
  it('is at most 80 characters, and tells two groups of long names apart', () => {
    const named = (group: string) => ruleName({ ...targetOf(1).mark, address: memberAddress(groupUnit(group), '1') })
    const long = 'a'.repeat(62)
    expect(named('web')).toMatch(/^forge lab group\.web [0-9a-f]{8}$/)
    expect(named(long)).toHaveLength(80)
    expect(named(long)).not.toBe(named(`${long.slice(1)}b`))
  })
})
