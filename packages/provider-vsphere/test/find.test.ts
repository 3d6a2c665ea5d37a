import { remoteId, uid } from '@forgeplan/model'
import type { Query } from '@forgeplan/sdk'
import { beforeAll, describe, expect, it } from 'vitest'
import { hasVcsim } from '../../../test/require.ts'
import { herd } from './support/infrakit-herd.ts'
import { aCall, useRig } from './rig.ts'
import { machineRef } from './subject.ts'

describe.skipIf(!hasVcsim())('what can be imported', () => {
  const rig = useRig(['-vm', '1'])
  const call = aCall()

  beforeAll(async () => {
    await herd(rig.client, { group: 'web', size: 3 })
    await herd(rig.client, { group: 'db', size: 1 })
  })

  const found = async (query: Query) => {
    const all = []
    for await (const one of rig.handler.find?.(query, call) ?? []) all.push(one)
    return all.toSorted((a, b) => (a.name < b.name ? -1 : 1))
  }

  const names = async (query: Query): Promise<readonly string[]> => (await found(query)).map(({ name }) => name)

  it('is found by a pattern of its name, by its folder and by the group that InfraKit wrote into its notes', async () => {
    const web = ['web-1', 'web-2', 'web-3']
    expect(await names({ name: 'web-*' })).toEqual(web)
    expect(await names({ name: '*-1' })).toEqual(['db-1', 'web-1'])
    expect(await names({ folder: 'web' })).toEqual(web)
    expect(await names({ folder: '/DC0/vm/web' })).toEqual(web)
    expect(await names({ group: 'web' })).toEqual(web)
    expect(await names({ group: 'web', name: '*-2' })).toEqual(['web-2'])
  })

  it('is not found by half a name, by another folder or by another group', async () => {
    expect(await names({ name: 'web' })).toEqual([])
    expect(await names({ folder: 'vm/web' })).toEqual([])
    expect(await names({ folder: '/' })).not.toContain('web-1')
    expect(await names({ group: 'we' })).toEqual([])
    expect(await names({ folder: 'db', group: 'web' })).toEqual([])
  })

  it('reads its folder in the words of a configuration, before it is marked and after', async () => {
    const [first] = await found({ name: 'web-1' })
    expect(first?.inputs).toMatchObject({ folder: 'web', notes: '' })
    const target = rig.target({ uid: uid(String(first?.uid)), id: remoteId(String(first?.id)) })
    await rig.handler.mark?.(target, { ...target.mark, uid: target.uid }, call)
    const sight = await rig.see({ ...target, mark: { ...target.mark, uid: target.uid } })
    expect(sight).toMatchObject({ kind: 'present', inputs: { folder: 'web' } })
  })

  it('is no template', async () => {
    const [one] = await found({ name: 'db-1' })
    const ref = machineRef(String(one?.id))
    await rig.client.run('PowerOffVM_Task', ref, {})
    await rig.client.call('MarkAsTemplate', ref, {})
    expect(await names({ group: 'db' })).toEqual([])
  })
})
