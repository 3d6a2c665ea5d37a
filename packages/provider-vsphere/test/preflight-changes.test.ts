import type { RemoteId } from '@forgeplan/model'
import { groupUnit, memberAddress } from '@forgeplan/model'
import type { Forecast, Touched } from '@forgeplan/sdk'
import type { Client } from '@forgeplan/vsphere-soap'
import { describe, expect, it } from 'vitest'
import { hasVcsim } from '../../../test/require.ts'
import { inventory, the, useLab } from '../../vsphere-soap/test/support/lab.ts'
import { diskPreflight } from '../src/disk/preflight.ts'
import { DiskFolder } from '../src/disk/disk-folder.ts'
import { DatastoreFolder } from '../src/files/datastore-folder.ts'
import { atlasOf } from '../src/places/atlas.ts'
import { preflight } from '../src/preflight/preflight.ts'
import type { VmInputs } from '../src/vm/vm-type.ts'
import { denying } from './support/denying.ts'

const calm = { signal: AbortSignal.timeout(120_000) }
const defaults = { cluster: 'DC0_C0', datastore: 'LocalDS_0', network: 'VM Network' }
const all = { has: () => true } as unknown as ReadonlySet<string>

describe.skipIf(!hasVcsim())('preflight of what stands', () => {
  const lab = useLab(['-vm', '2'])

  const touch = async (client: Client, over: Partial<Touched<VmInputs>>): Promise<readonly Touched<VmInputs>[]> => {
    const machines = await inventory(client, 'VirtualMachine')
    return ['DC0_C0_RP0_VM0', 'DC0_C0_RP0_VM1'].map((name, index) => ({
      address: memberAddress(groupUnit('web'), String(index)),
      id: the(machines, `VirtualMachine:${name}`).value as RemoteId,
      work: 'update',
      fields: [],
      inputs: {},
      ...over,
    }))
  }

  const lackingFor = async (over: Partial<Touched<VmInputs>>, lacking: ReadonlySet<string> = all): Promise<readonly Forecast[]> => {
    await using client = await lab.open()
    const touched = await touch(client, over)
    const login = denying(client, lacking)
    return await preflight({ client: login, atlas: atlasOf(client), defaults }, { wanted: [], touched }, calm)
  }

  const told = (found: readonly Forecast[]) => found.map(({ detail }) => detail.replace(/ What is planned.*/, ''))

  it('what a login lacks on many machines is one warning, which stops an apply', async () => {
    const found = await lackingFor({ fields: ['cpus'] }, new Set(['VirtualMachine.Config.CPUCount']))
    expect(found).toEqual([
      {
        severity: 'warning',
        stopsApply: true,
        code: 'FORGE5310',
        summary: 'Privileges are missing',
        detail:
          'On the machine itself this login lacks VirtualMachine.Config.CPUCount. What is planned there would fail half-way, so apply will not start. Have it granted. Wanted by group.web/0 and 1 more.',
        address: 'group.web/0',
      },
    ])
  })

  it.each([
    ['network', { network: 'VM Netwrk' }, 'FORGE5301'],
    ['iso', { iso: '[LocalDS_0] nowhere/x.iso' }, 'FORGE5305'],
    ['vsphereTags', { vsphereTags: ['env/nowhere'] }, 'FORGE5301'],
  ])('a change of %s that leads nowhere is an error before anything is done', async (field, inputs, code) => {
    const found = await lackingFor({ work: 'restart', fields: [field], inputs }, new Set())
    expect(found).toMatchObject([{ severity: 'error', code, address: 'group.web/0' }])
    expect(await lackingFor({ work: 'delete', fields: [], inputs }, new Set())).toEqual([])
  })

  it('a change to what is known only later, or of another field, is not judged by the names of it', async () => {
    expect(await lackingFor({ fields: ['network'], inputs: {}, late: ['network'] }, new Set())).toEqual([])
    expect(await lackingFor({ fields: ['cpus'], inputs: { iso: '[LocalDS_0] nowhere/x.iso' } }, new Set())).toEqual([])
  })

  it('a change asks for what its fields take, here and where they lead', async () => {
    expect(told(await lackingFor({ fields: ['name', 'folder', 'network', 'disks'], inputs: { folder: 'new/web' } }))).toEqual([
      'On the machine itself this login lacks VirtualMachine.Config.AddNewDisk, VirtualMachine.Config.AddRemoveDevice, VirtualMachine.Config.AdvancedConfig, VirtualMachine.Config.Annotation, VirtualMachine.Config.DiskExtend, VirtualMachine.Config.EditDevice, VirtualMachine.Config.Rename, VirtualMachine.Inventory.Move.',
      'On the folder /DC0/vm this login lacks Folder.Create, VirtualMachine.Inventory.Move.',
      'On the network "VM Network" this login lacks Network.Assign.',
      'On the datastore "LocalDS_0" this login lacks Datastore.AllocateSpace.',
    ])
  })

  it('what a change or a removal does beside the machine is asked for there', async () => {
    const beside = new Set(['Host.Inventory.EditCluster', 'Datastore.FileManagement', 'Datastore.Browse'])
    const onCluster = 'On the cluster "DC0_C0" this login lacks Host.Inventory.EditCluster.'
    for (const antiAffinity of [true, false])
      expect(told(await lackingFor({ fields: ['antiAffinity'], inputs: { antiAffinity } }, beside))).toEqual([onCluster])
    const gone = { work: 'delete' as const, inputs: { antiAffinity: true, init: 'echo', dataIso: true } }
    expect(told(await lackingFor(gone, beside))).toEqual([
      onCluster,
      'On the datastore "LocalDS_0" this login lacks Datastore.FileManagement.',
    ])
    expect(await lackingFor({ work: 'delete', inputs: { init: 'echo' } }, beside)).toEqual([])
    const changed = await lackingFor({ work: 'restart', fields: ['iso'], inputs: { iso: '[LocalDS_0] x.iso' } }, beside)
    expect(told(changed)).toContain('On the datastore "LocalDS_0" this login lacks Datastore.Browse.')
  })

  it('a removal asks for the power, the inventory and the disks that are kept', async () => {
    const disks = [{ name: 'data', size: 2 ** 30, retain: true }]
    expect(told(await lackingFor({ work: 'delete', inputs: { disks } }))).toEqual([
      'On the machine itself this login lacks VirtualMachine.Config.RemoveDisk, VirtualMachine.Interact.PowerOff, VirtualMachine.Inventory.Delete.',
    ])
  })

  it('commands inside are asked for where they are to be run', async () => {
    expect(told(await lackingFor({ work: 'delete', usesGuest: true }))).toEqual([
      'On the machine itself this login lacks VirtualMachine.GuestOperations.Execute, VirtualMachine.GuestOperations.Query, VirtualMachine.Interact.PowerOff, VirtualMachine.Inventory.Delete.',
    ])
  })

  it('giving a machine up asks only for its mark', async () => {
    expect(told(await lackingFor({ work: 'mark' }))).toEqual([
      'On the machine itself this login lacks VirtualMachine.Config.AdvancedConfig.',
    ])
  })

  it('nothing is said where all is granted', async () => {
    expect(await lackingFor({ fields: ['cpus'] }, new Set())).toEqual([])
  })

  it('the files of kept disks are asked for at their datastore', async () => {
    await using client = await lab.open()
    const stores = await inventory(client, 'Datastore', 'Datacenter')
    const datastore = { ref: the(stores, 'Datastore:LocalDS_0'), name: 'LocalDS_0' }
    const place = { datacenter: the(stores, 'Datacenter:DC0'), datacenterPath: 'DC0', datastore, folder: 'kept' }
    const folderAt = () => Promise.resolve(new DiskFolder(new DatastoreFolder(client, place)))
    const disk = { address: memberAddress(groupUnit('db'), '1'), id: '[LocalDS_0] kept/x.vmdk' as RemoteId, inputs: {}, fields: [] }
    const touched = [{ ...disk, work: 'delete' as const }]
    expect(told(await diskPreflight({ client: denying(client, all), folderAt }, { wanted: [], touched }, calm))).toEqual([
      'On the datastore "LocalDS_0" this login lacks Datastore.Browse, Datastore.FileManagement.',
    ])
  })
})
