import type { PlainMap } from '@forgeplan/model'
import { remoteId } from '@forgeplan/model'
import type { Target } from '@forgeplan/sdk'
import { describe, expect, it } from 'vitest'
import { hasVcsim } from '../../../test/require.ts'
import { useRig } from './rig.ts'
import { machineRef } from './subject.ts'

describe.skipIf(!hasVcsim())('custom attributes', () => {
  const rig = useRig(['-vm', '1'])
  const template = 'DC0_H0_VM0'

  const made = async (inputs: PlainMap): Promise<Target> => {
    const target = rig.target()
    const { id } = await rig.apply('create', target, { template, powerOn: false, ...inputs })
    return { ...target, id: remoteId(id) }
  }
  const seen = async (target: Target): Promise<unknown> => {
    const sight = await rig.see(target)
    return sight?.kind === 'present' ? sight.inputs['customAttributes'] : sight?.kind
  }
  const update = (target: Target, inputs: PlainMap) => rig.apply('update', target, { template, powerOn: false, ...inputs })
  const manager = () => rig.client.content.customFieldsManager ?? { type: 'CustomFieldsManager', value: 'none' }
  const define = async (name: string): Promise<number> =>
    (await rig.client.call('AddCustomFieldDef', manager(), { name, moType: 'VirtualMachine' })).key
  const set = (target: Target, key: number, value: string) =>
    rig.client.call('SetField', manager(), { entity: machineRef(target.id ?? ''), key, value })
  const keyOf = async (name: string): Promise<number> => {
    const field = (await rig.client.look(manager(), ['field']))?.properties.get('field')
    return (field as readonly { name: string; key: number }[]).find((each) => each.name === name)?.key ?? -1
  }

  it('are defined where they are not, set, changed and taken off', async () => {
    const target = await made({ customAttributes: { owner: 'team-x', tier: 'front' } })
    expect(await seen(target)).toEqual({ owner: 'team-x', tier: 'front' })
    await update(target, { customAttributes: { owner: 'team-y' } })
    expect(await seen(target)).toEqual({ owner: 'team-y' })
    await set(target, await keyOf('tier'), '')
    expect(await seen(target)).toEqual({ owner: 'team-y' })
  })

  it('that somebody changed or took off differ from what was applied', async () => {
    const target = await made({ customAttributes: { cost: '7', room: 'b' } })
    await set(target, await keyOf('cost'), '8')
    await set(target, await keyOf('room'), '')
    expect(await seen(target)).toEqual({ cost: '8' })
    await update(target, { customAttributes: { cost: '7', room: 'b' } })
    expect(await seen(target)).toEqual({ cost: '7', room: 'b' })
  })

  it('of others are neither told nor touched', async () => {
    const backup = await define('backup')
    const target = await made({ customAttributes: { mine: 'a' } })
    await set(target, backup, 'daily')
    await update(target, { customAttributes: {} })
    expect(await seen(target)).toEqual({})
    const values = (await rig.client.look(machineRef(target.id ?? ''), ['customValue']))?.properties.get('customValue')
    expect(values).toContainEqual(expect.objectContaining({ key: backup, value: 'daily' }))
  })

  it('that are not mentioned any more stay as they are', async () => {
    const target = await made({ customAttributes: { kept: 'yes' } })
    await update(target, { notes: 'other' })
    expect(await seen(target)).toEqual({ kept: 'yes' })
  })

  it('of many machines at once are defined once', async () => {
    // The simulator makes one clone of a folder at a time.
    const targets: Target[] = []
    for (let index = 0; index < 4; index += 1) targets.push(await made({}))
    await Promise.all(targets.map((target) => update(target, { customAttributes: { together: 'x' } })))
    for (const target of targets) expect(await seen(target)).toEqual({ together: 'x' })
  })
})
