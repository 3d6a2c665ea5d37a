import { randomUUID } from 'node:crypto'
import { partAddress, remoteId, uid } from '@forgeplan/model'
import type { Handler, Target } from '@forgeplan/sdk'
import { isA } from '@forgeplan/vsphere-soap'
import { describe, expect, it } from 'vitest'
import { hasVcsim } from '../../../test/require.ts'
import { diskType } from '../src/disk/disk-type.ts'
import { aCall, useRig } from './rig.ts'
import { machineRef } from './subject.ts'

const gibibyte = 2 ** 30

describe.skipIf(!hasVcsim())('a kept disk', () => {
  const rig = useRig(['-vm', '1'], { cluster: 'DC0_C0', diskFolder: '[LocalDS_0] forge-disks' })
  const disks = (): Handler => rig.session.handlers.get(diskType) as Handler
  const inputs = { iso: '[LocalDS_0] boot.iso', disks: [{ name: 'data', size: gibibyte, retain: true }] }

  const diskOf = (owner: Target): Target => {
    const own = uid(randomUUID())
    const address = partAddress('disk', owner.address, 'data')
    return { ...owner, uid: own, address, type: diskType, mark: { ...owner.mark, uid: own, address } }
  }

  const withDisk = (owner: Target, part: Target): Target => ({ ...owner, parts: [{ address: part.address, uid: part.uid }] })

  const madeDisk = async (owner: Target, size = gibibyte): Promise<Target> => {
    const part = diskOf(owner)
    await disks().apply('create', part, { size }, { kind: 'absent' }, aCall())
    return part
  }

  const filesOf = async (id: string): Promise<readonly string[]> => {
    const seen = await rig.client.look(machineRef(id), ['config.hardware.device'])
    const devices = (seen?.properties.get('config.hardware.device') ?? []) as readonly unknown[]
    return devices
      .filter((each) => isA(each, 'VirtualDisk'))
      .flatMap(({ backing }) => (isA(backing, 'VirtualDeviceFileBackingInfo') ? [backing.fileName] : []))
  }

  const stands = async (part: Target): Promise<string> => (await disks().observe([part], aCall())).get(part.uid)?.kind ?? 'none'
  const fileOf = (part: Target): string => `[LocalDS_0] forge-disks/${part.uid}.vmdk`

  it('goes from a machine to the one in its place', async () => {
    const owner = rig.target()
    const part = await madeDisk(owner)
    const first = await rig.apply('create', withDisk(owner, part), inputs)
    expect(await filesOf(first.id)).toEqual([fileOf(part)])
    const known = { ...owner, id: first.id }
    await rig.handler.detach?.(known, part, aCall())
    expect(await filesOf(first.id)).toEqual([])
    await rig.handler.delete(known, { kind: 'absent' }, aCall())
    expect(await stands(part)).toBe('present')
    const successor = rig.target({ address: owner.address })
    const second = await rig.apply('create', withDisk(successor, part), inputs)
    expect(await filesOf(second.id)).toEqual([fileOf(part)])
    expect(await rig.see(successor)).toMatchObject({ kind: 'present', inputs: { disks: inputs.disks } })
  })

  it('stays when its machine is deleted with it inside', async () => {
    const owner = rig.target()
    const part = await madeDisk(owner)
    const { id } = await rig.apply('create', withDisk(owner, part), inputs)
    await rig.handler.delete({ ...owner, id: remoteId(id) }, { kind: 'absent' }, aCall())
    expect(await rig.see({ ...owner, id: remoteId(id) })).toEqual({ kind: 'absent' })
    expect(await stands(part)).toBe('present')
  })

  it('is taken out of a machine that shall no longer have it', async () => {
    const owner = rig.target()
    const part = await madeDisk(owner)
    const { id } = await rig.apply('create', withDisk(owner, part), inputs)
    await rig.apply('update', owner, { iso: inputs.iso })
    expect(await filesOf(id)).toEqual([])
    expect(await stands(part)).toBe('present')
  })

  it('grows, and its machine sees it', async () => {
    const owner = rig.target()
    const part = await madeDisk(owner)
    await rig.apply('create', withDisk(owner, part), inputs)
    await disks().apply('update', part, { size: 2 * gibibyte }, { kind: 'absent' }, aCall())
    const disk = { name: 'data', size: 2 * gibibyte, retain: true }
    await rig.apply('update', withDisk(owner, part), { ...inputs, disks: [disk] })
    expect(await rig.see(owner)).toMatchObject({ inputs: { disks: [disk] } })
  })

  it('is the one that belongs to the machine, whatever address stands on its label', async () => {
    const [first, second] = [rig.target(), rig.target()]
    const [own, other] = [await madeDisk(first), await madeDisk(second)]
    // What was web/1 is web/2 now, and its disk with it.
    const moved = withDisk({ ...first, address: second.address }, { ...own, address: other.address })
    const { id } = await rig.apply('create', moved, inputs)
    expect(await filesOf(id)).toEqual([fileOf(own)])
  })

  it('is not taken out of a machine with snapshots, and such a machine is not deleted', async () => {
    const owner = rig.target()
    const part = await madeDisk(owner)
    const { id } = await rig.apply('create', withDisk(owner, part), inputs)
    await rig.client.run('CreateSnapshot_Task', machineRef(id), { name: 'before', memory: false, quiesce: false })
    const known = { ...owner, id: remoteId(id) }
    await expect(rig.handler.detach?.(known, part, aCall())).rejects.toMatchObject({ kind: 'conflict' })
    await expect(rig.handler.delete(known, { kind: 'absent' }, aCall())).rejects.toMatchObject({ kind: 'conflict' })
    expect(await filesOf(id)).toHaveLength(1)
  })

  it('is unreadable and never absent without its label, from another folder, or where the folder is missing', async () => {
    const part = await madeDisk(rig.target())
    const known = { ...part, id: remoteId(fileOf(part)) }
    const look = async (handler: Handler | undefined) => (await handler?.observe([known], aCall()))?.get(part.uid)?.kind
    for (const diskFolder of ['[LocalDS_0] elsewhere', '[LocalDS_0] forge-disks/deeper']) {
      const session = await rig.open({ ...rig.settings, diskFolder })
      const handler = session.handlers.get(diskType)
      expect(await look(handler)).toBe('unreadable')
      await expect(handler?.delete(known, { kind: 'absent' }, aCall())).rejects.toMatchObject({ kind: 'conflict' })
      await session[Symbol.asyncDispose]()
    }
    const { datacenter } = await rig.folders()
    await rig.client.datastores.remove(datacenter, `[LocalDS_0] forge-disks/${part.uid}.json`)
    expect(await look(disks())).toBe('unreadable')
  })

  it('that is missing is never replaced by an empty one', async () => {
    await expect(rig.apply('create', rig.target(), inputs)).rejects.toMatchObject({ kind: 'conflict' })
  })

  it('needs a place', async () => {
    const { diskFolder: _, ...settings } = rig.settings
    const session = await rig.open(settings)
    const owner = rig.target()
    const found = await session.handlers.get(diskType)?.preflight?.([{ address: owner.address, inputs: { size: gibibyte } }], aCall(), [])
    expect(found).toMatchObject([{ code: 'FORGE5313', severity: 'error' }])
    await session[Symbol.asyncDispose]()
  })
})
