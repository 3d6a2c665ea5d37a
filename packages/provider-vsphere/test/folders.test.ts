import type { RemoteId } from '@forgeplan/model'
import { instanceUnit, memberAddress, remoteId, uid } from '@forgeplan/model'
import type { Applied, Handler, Target } from '@forgeplan/sdk'
import type { Client, Ref } from '@forgeplan/vsphere-soap'
import { isRef, VsphereFault } from '@forgeplan/vsphere-soap'
import { describe, expect, it } from 'vitest'
import { hasVcsim } from '../../../test/require.ts'
import { folderType } from '../src/folder/folder-type.ts'
import { unfinishedName } from '../src/folder/own.ts'
import { denying } from './support/denying.ts'
import { folderHandler } from '../src/folder/handler.ts'
import { folderPreflight } from '../src/folder/preflight.ts'
import { Folders } from '../src/folders.ts'
import { atlasOf } from '../src/places/atlas.ts'
import { aCall, useRig } from './rig.ts'

describe.skipIf(!hasVcsim())('a folder', () => {
  const rig = useRig(['-vm', '1'])
  const folders = (): Handler => rig.session.handlers.get(folderType) as Handler
  const target = (over: Partial<Target> = {}): Target => rig.target({ type: folderType, ...over })

  const make = async (name: string, parent = '/'): Promise<{ readonly at: Target; readonly applied: Applied }> => {
    const at = target()
    const applied = await folders().apply('create', at, { name, parent }, { kind: 'absent' }, aCall())
    return { at: { ...at, id: applied.id }, applied }
  }

  const see = async (at: Target) => (await folders().observe([at], aCall())).get(at.uid)
  const remove = (at: Target): Promise<void> => folders().delete(at, { kind: 'absent' }, aCall())

  const childrenOf = async (client: Client, ref: Ref): Promise<readonly string[]> => {
    const children = (await client.look(ref, ['childEntity']))?.properties.get('childEntity') as readonly unknown[]
    const names = children.filter(isRef).map(async (child) => String((await client.look(child, ['name']))?.properties.get('name')))
    return (await Promise.all(names)).toSorted()
  }

  const top = async (): Promise<readonly string[]> => childrenOf(rig.client, (await rig.folders()).vmFolder)

  it('is renamed and moved in place, and a machine comes into it by its path', async () => {
    const { at, applied } = await make('site')
    expect(applied.outputs).toEqual({ id: applied.id, name: 'site', path: 'site' })
    const machine = await rig.apply('create', rig.target(), { folder: applied.outputs['path'] as string })
    expect(machine.outputs).toMatchObject({ folder: '/DC0/vm/site' })
    const after = await folders().apply('update', at, { name: 'hall', parent: 'a/b' }, { kind: 'absent' }, aCall())
    expect(after).toEqual({ id: applied.id, outputs: { id: applied.id, name: 'hall', path: 'a/b/hall' } })
    expect(await see(at)).toMatchObject({ kind: 'present', inputs: { name: 'hall', parent: 'a/b' } })
    expect(await childrenOf(rig.client, { type: 'Folder', value: applied.id })).toHaveLength(1)
  })

  it('with something in it stays, and the error names what that is', async () => {
    const { at, applied } = await make('full')
    const machine = await rig.apply('create', rig.target(), { folder: 'full', name: 'inside' })
    await make('deeper', 'full')
    await expect(remove(at)).rejects.toMatchObject({
      kind: 'conflict',
      message: /the machine inside.*the folder deeper|the folder deeper.*the machine inside/,
    })
    expect(await see(at)).toMatchObject({ kind: 'present', outputs: { name: 'full' } })
    expect(await rig.client.look({ type: 'VirtualMachine', value: machine.id }, ['name'])).not.toBeNull()
    expect(applied.id).toMatch(/^group-/)
  })

  it('that is filled while it is being removed gets its name back and stays', async () => {
    const { at } = await make('filling')
    let looks = 0
    const client: Client = {
      ...rig.client,
      look: async (ref, paths, options) => {
        const seen = await rig.client.look(ref, paths, options)
        if (paths[0] !== 'childEntity' || ref.value !== at.id) return seen
        looks += 1
        return looks === 1 || seen === null
          ? seen
          : { ...seen, properties: new Map([['childEntity', [{ type: 'VirtualMachine', value: 'vm-1' }]]]) }
      },
    }
    const handler = folderHandler({ client, folders: new Folders(client), atlas: atlasOf(client) })
    await expect(handler.delete(at, { kind: 'absent' }, aCall())).rejects.toMatchObject({ kind: 'conflict' })
    expect(await see(at)).toMatchObject({ kind: 'present', outputs: { name: 'filling' } })
  })

  it('is removed by the task that leaves machines their disks, and by the other one only where the server does not know that', async () => {
    const { at } = await make('last')
    const asked: string[] = []
    const handlerWith = (fault: string) => {
      const client: Client = {
        ...rig.client,
        run: async (name, ref, args, options) => {
          asked.push(name)
          if (name === 'UnregisterAndDestroy_Task') throw new VsphereFault(name, fault, '', { $type: 'MethodFault' })
          return rig.client.run(name, ref, args, options)
        },
      }
      return folderHandler({ client, folders: new Folders(client), atlas: atlasOf(client) })
    }
    await expect(handlerWith('NoPermission').delete(at, { kind: 'absent' }, aCall())).rejects.toMatchObject({ kind: 'denied' })
    expect(asked).toEqual(['Rename_Task', 'UnregisterAndDestroy_Task', 'Rename_Task'])
    expect(await see(at)).toMatchObject({ kind: 'present', outputs: { name: 'last' } })
    asked.length = 0
    await handlerWith('MethodNotFound').delete(at, { kind: 'absent' }, aCall())
    expect(asked).toEqual(['Rename_Task', 'UnregisterAndDestroy_Task', 'Destroy_Task'])
    expect(await see(at)).toEqual({ kind: 'absent' })
  })

  it('that was begun and never marked is found by its name, and finished', async () => {
    const { vmFolder } = await rig.folders()
    const at = target()
    const begun = await rig.client.call('CreateFolder', vmFolder, { name: unfinishedName(at.uid) })
    expect(await see(at)).toMatchObject({ kind: 'present', id: begun.value })
    const { id } = await folders().apply('create', at, { name: 'finished', parent: '/' }, { kind: 'absent' }, aCall())
    expect(id).toBe(begun.value)
    expect((await top()).filter((name) => name === 'finished' || name.startsWith('forge-'))).toEqual(['finished'])
  })

  it('whose name is taken is not made, by a folder or by a machine', async () => {
    await make('taken')
    await expect(make('taken')).rejects.toMatchObject({
      kind: 'conflict',
      message: expect.stringMatching(/a folder named taken already/) as string,
    })
    await expect(make('DC0_H0_VM0')).rejects.toMatchObject({
      kind: 'conflict',
      message: expect.stringMatching(/a machine named DC0_H0_VM0 already/) as string,
    })
    expect((await top()).filter((name) => name.startsWith('forge-'))).toEqual([])
  })

  it('that somebody else made can be taken in, and stays when it is given up or deleted', async () => {
    const { vmFolder } = await rig.folders()
    const { value } = await rig.client.call('CreateFolder', vmFolder, { name: 'theirs' })
    const found = []
    for await (const each of folders().find?.({ name: 'their*' }, aCall()) ?? []) found.push(each)
    expect(found).toMatchObject([{ id: value, name: 'theirs', inputs: { name: 'theirs', parent: '/' } }])
    const own = uid(found[0]?.uid ?? '')
    const fresh = target({ uid: own, id: remoteId(value) })
    const at = { ...fresh, mark: { ...fresh.mark, uid: own } }
    await folders().mark?.(at, at.mark, aCall())
    expect(await see(at)).toMatchObject({ kind: 'present' })
    await remove(at)
    expect(await top()).toContain('theirs')
    expect(await rig.client.look({ type: 'Folder', value }, ['name'])).not.toBeNull()
  })

  it('with the mark of another is a copy and is left alone', async () => {
    const { at } = await make('original')
    const { vmFolder } = await rig.folders()
    const other = await rig.client.call('CreateFolder', vmFolder, { name: 'copied' })
    const mine = await rig.client.look({ type: 'Folder', value: String(at.id) }, ['customValue'])
    // Everything that is written on it, as a person copies it.
    const written = (mine?.properties.get('customValue') ?? []) as readonly { readonly key: number; readonly value: string }[]
    for (const { key, value } of written)
      await rig.client.call('SetField', rig.client.content.customFieldsManager as Ref, { entity: other, key, value })
    const found = []
    for await (const each of folders().list(at.mark.stack, aCall())) if (each.mark.uid === at.uid) found.push(each.observation.kind)
    expect(found.toSorted()).toEqual(['copy', 'present'])
    await remove(at)
    expect(await top()).toContain('copied')
  })

  it('asks before for its place and for what the login has to be allowed', async () => {
    const { applied } = await make('there')
    const address = memberAddress(instanceUnit('x'), 'x')
    const tools = { client: rig.client, folders: new Folders(rig.client), atlas: atlasOf(rig.client) }
    const wanted = [{ address, inputs: { name: 'there', parent: '/' } }]
    expect(await folderPreflight(tools, { wanted, touched: [] }, aCall())).toMatchObject([{ code: 'FORGE5309', severity: 'error' }])
    const lacking = denying(rig.client, new Set(['Folder.Delete']))
    const touched = [{ address, id: applied.id as RemoteId, work: 'delete' as const, fields: [], inputs: {} }]
    expect(await folderPreflight({ ...tools, client: lacking }, { wanted: [], touched }, aCall())).toMatchObject([
      { code: 'FORGE5310', severity: 'warning', stopsApply: true, detail: expect.stringContaining('lacks Folder.Delete') as string },
    ])
  })
})
