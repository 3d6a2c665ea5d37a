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
    const first = await rig.apply('create', owner, inputs)
    expect(await filesOf(first.id)).toEqual([fileOf(part)])
    const known = { ...owner, id: first.id }
    await rig.handler.detach?.(known, part, aCall())
    expect(await filesOf(first.id)).toEqual([])
    await rig.handler.delete(known, { kind: 'absent' }, aCall())
    expect(await stands(part)).toBe('present')
    const successor = rig.target({ address: owner.address })
    const second = await rig.apply('create', successor, inputs)
    expect(await filesOf(second.id)).toEqual([fileOf(part)])
    expect(await rig.see(successor)).toMatchObject({ kind: 'present', inputs: { disks: inputs.disks } })
  })

  it('stays when its machine is deleted with it inside', async () => {
    const owner = rig.target()
    const part = await madeDisk(owner)
    const { id } = await rig.apply('create', owner, inputs)
    await rig.handler.delete({ ...owner, id: remoteId(id) }, { kind: 'absent' }, aCall())
    expect(await rig.see({ ...owner, id: remoteId(id) })).toEqual({ kind: 'absent' })
    expect(await stands(part)).toBe('present')
  })

  it('is taken out of a machine that shall no longer have it', async () => {
    const owner = rig.target()
    const part = await madeDisk(owner)
    const { id } = await rig.apply('create', owner, inputs)
    await rig.apply('update', owner, { iso: inputs.iso })
    expect(await filesOf(id)).toEqual([])
    expect(await stands(part)).toBe('present')
  })

  it('grows, and its machine sees it', async () => {
    const owner = rig.target()
    const part = await madeDisk(owner)
    await rig.apply('create', owner, inputs)
    await disks().apply('update', part, { size: 2 * gibibyte }, { kind: 'absent' }, aCall())
    const disk = { name: 'data', size: 2 * gibibyte, retain: true }
    await rig.apply('update', owner, { ...inputs, disks: [disk] })
    expect(await rig.see(owner)).toMatchObject({ inputs: { disks: [disk] } })
  })

  it('that is missing is never replaced by an empty one', async () => {
    await expect(rig.apply('create', rig.target(), inputs)).rejects.toMatchObject({ kind: 'conflict' })
  })

  it('needs a place', async () => {
    const { diskFolder: _, ...settings } = rig.settings
    const session = await rig.open(settings)
    const owner = rig.target()
    const found = await session.handlers.get(diskType)?.preflight?.([{ address: owner.address, inputs: { size: gibibyte } }], aCall())
    expect(found).toMatchObject([{ code: 'FORGE5313', severity: 'error' }])
    await session[Symbol.asyncDispose]()
  })
})
