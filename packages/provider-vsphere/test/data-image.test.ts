import { remoteId } from '@forgeplan/model'
import { readIso } from '@forgeplan/sdk/iso'
import { isA } from '@forgeplan/vsphere-soap'
import { describe, expect, it } from 'vitest'
import { hasVcsim } from '../../../test/require.ts'
import { aCall, useRig } from './rig.ts'
import { machineRef } from './subject.ts'

describe.skipIf(!hasVcsim())('the data image', () => {
  const rig = useRig()
  const iso = '[LocalDS_0] boot.iso'

  const imagesOf = async (id: string): Promise<readonly string[]> => {
    const seen = await rig.client.look(machineRef(id), ['config.hardware.device'])
    const devices = (seen?.properties.get('config.hardware.device') ?? []) as readonly unknown[]
    const cdroms = devices.filter((each) => isA(each, 'VirtualCdrom')).toSorted((a, b) => a.key - b.key)
    return cdroms.flatMap(({ backing }) => (isA(backing, 'VirtualCdromIsoBackingInfo') ? [backing.fileName] : []))
  }

  const download = async (uid: string): Promise<ReadonlyMap<string, Uint8Array>> => {
    const parts: Uint8Array[] = []
    const file = { datacenter: 'DC0', datastore: 'LocalDS_0', path: `forge-data/${uid}/data.iso` }
    for await (const part of rig.client.datastores.download(file)) parts.push(part)
    return readIso(Buffer.concat(parts))
  }

  const textIn = (files: ReadonlyMap<string, Uint8Array>, name: string): string => new TextDecoder().decode(files.get(name))

  it('comes to a machine from an ISO in a CD-ROM of its own, and goes with it', async () => {
    const target = rig.target()
    const { id } = await rig.apply('create', target, { iso, init: 'echo hello' })
    expect(await imagesOf(id)).toEqual([iso, `[LocalDS_0] forge-data/${target.uid}/data.iso`])
    const files = await download(target.uid)
    expect(textIn(files, 'user-data')).toBe('#!/bin/sh\necho hello')
    expect(textIn(files, 'config')).toBe(textIn(files, 'user-data'))
    expect(JSON.parse(textIn(files, 'meta-data'))).toEqual({
      'instance-id': target.uid,
      'local-hostname': `lab-web-${String(target.mark.generation)}`,
    })
    await rig.handler.delete({ ...target, id: remoteId(id) }, { kind: 'absent' }, aCall())
    await expect(download(target.uid)).rejects.toThrow(/404/)
  })

  it('stays where it is when the ISO is changed', async () => {
    const target = rig.target()
    const { id } = await rig.apply('create', target, { iso, init: 'echo hello' })
    await rig.apply('restart', target, { iso: '[LocalDS_0] other.iso', init: 'echo hello' })
    expect(await imagesOf(id)).toEqual(['[LocalDS_0] other.iso', `[LocalDS_0] forge-data/${target.uid}/data.iso`])
    const seen = await rig.see(target)
    expect(seen).toMatchObject({ kind: 'present', inputs: { iso: '[LocalDS_0] other.iso' }, status: { kind: 'running' } })
  })

  it('comes to a clone only where that is asked for', async () => {
    const [plain, asked] = [rig.target(), rig.target()]
    const template = 'DC0_H0_VM0'
    const { id } = await rig.apply('create', plain, { template, init: 'echo hello' })
    expect((await imagesOf(id)).filter((file) => file.includes('forge-data'))).toEqual([])
    const other = await rig.apply('create', asked, { template, init: '#cloud-config\n', dataIso: true })
    expect(await imagesOf(other.id)).toEqual([`[LocalDS_0] forge-data/${asked.uid}/data.iso`])
    expect(textIn(await download(asked.uid), 'user-data')).toBe('#cloud-config\n')
  })

  it('of a machine that never came is taken away when the machine is', async () => {
    const target = { ...rig.target(), begunAt: Date.now() }
    // The name is taken by another machine, which is seen only after the upload.
    const inputs = { template: 'DC0_H0_VM0', name: 'taken', folder: 'same' }
    await rig.apply('create', rig.target(), inputs)
    const making = rig.apply('create', target, { ...inputs, init: 'echo secret', dataIso: true })
    await expect(making).rejects.toMatchObject({ kind: 'conflict' })
    expect([...(await download(target.uid)).keys()]).toContain('user-data')
    await rig.handler.delete(target, { kind: 'absent' }, aCall())
    await expect(download(target.uid)).rejects.toThrow(/404/)
  })
})
