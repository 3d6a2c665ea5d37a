import { describe, expect, it } from 'vitest'
import { hasVcsim } from '../../../test/require.ts'
import { bytesSource, isRef } from '../src/index.ts'
import { all, inventory, the, useLab } from './support/lab.ts'

describe.skipIf(!hasVcsim())('a standalone host', () => {
  const lab = useLab(['-esx'])

  it('is a server like vCenter', async () => {
    await using client = await lab.open()
    expect(client.content.about.apiType).toBe('HostAgent')
    const objects = await inventory(client, 'VirtualMachine', 'Folder', 'ResourcePool', 'Datastore', 'Datacenter')
    const config = { name: 'new', guestId: 'otherGuest64', files: { vmPathName: '[LocalDS_0]' } }
    const folder = the(objects, 'Folder:vm')
    const vm = await client.run('CreateVM_Task', folder, { config, pool: the(objects, 'ResourcePool:Resources') })
    if (!isRef(vm)) throw new Error('no machine')
    await client.run('PowerOnVM_Task', vm, {})
    await client.run('PowerOffVM_Task', vm, {})
    await client.run('Destroy_Task', vm, {})
    const file = { datacenter: 'ha-datacenter', datastore: 'LocalDS_0', path: 'iso/a.iso' }
    await client.datastores.upload(file, bytesSource(Buffer.from('12345')))
    expect(Buffer.concat(await all(client.datastores.download(file))).toString()).toBe('12345')
    expect(await client.datastores.search(the(objects, 'Datastore:LocalDS_0'), '[LocalDS_0] iso', ['*'])).toMatchObject([
      { path: 'a.iso', bytes: 5 },
    ])
    await client.datastores.remove(the(objects, 'Datacenter:ha-datacenter'), '[LocalDS_0] iso')
  })

  it('has no folders', async () => {
    await using client = await lab.open()
    const folder = the(await inventory(client, 'Folder'), 'Folder:vm')
    await expect(client.call('CreateFolder', folder, { name: 'a' })).rejects.toMatchObject({ fault: 'NotSupported' })
  })
})
