import { readIso } from '@forgeplan/sdk/iso'
import { isA } from '@forgeplan/vsphere-soap'
import { describe, expect, it } from 'vitest'
import { hasVcsim } from '../../../test/require.ts'
import { useRig } from './rig.ts'
import { machineRef } from './subject.ts'

describe.skipIf(!hasVcsim())('a fixed address', () => {
  const rig = useRig()
  const fixed = { ip: '192.168.7.10/20', gateway: '192.168.0.1', dns: ['192.168.0.2'], domain: 'lab.example' }

  const settingOf = async (id: string, key: string): Promise<string | undefined> => {
    const seen = await rig.client.look(machineRef(id), ['config.extraConfig'])
    const settings = (seen?.properties.get('config.extraConfig') ?? []) as readonly unknown[]
    const value = settings.filter((each) => isA(each, 'OptionValue')).find((each) => each.key === key)?.value
    return typeof value === 'string' ? Buffer.from(value, 'base64').toString() : undefined
  }

  const network = {
    version: 2,
    ethernets: {
      first: {
        match: { name: 'e*' },
        addresses: ['192.168.7.10/20'],
        routes: [{ to: '0.0.0.0/0', via: '192.168.0.1' }],
        nameservers: { addresses: ['192.168.0.2'], search: ['lab.example'] },
      },
    },
  }

  it('is set in a clone by vSphere, and told to its guest', async () => {
    const target = rig.target()
    const { id, outputs } = await rig.apply('create', target, { template: 'DC0_H0_VM0', ...fixed })
    expect(outputs['ip']).toBe('192.168.7.10')
    expect(JSON.parse((await settingOf(id, 'guestinfo.metadata')) ?? '')).toMatchObject({
      'local-hostname': `lab-web-${String(target.mark.generation)}.lab.example`,
      network,
    })
  })

  it('is set in a clone with more adapters', async () => {
    const inputs = { template: 'DC0_H0_VM0', network: 'VM Network', networks: ['DC0_DVPG0', 'VM Network'], ...fixed, ip: '192.168.7.11/24' }
    const { id, outputs } = await rig.apply('create', rig.target(), inputs)
    expect(outputs['ip']).toBe('192.168.7.11')
    // The guest would give it to each of its adapters.
    expect(await settingOf(id, 'guestinfo.metadata')).toBeUndefined()
  })

  it('is not given where nobody can say which of several adapters it is for', async () => {
    const inputs = { iso: '[LocalDS_0] boot.iso', network: 'VM Network', networks: ['DC0_DVPG0'], ...fixed }
    await expect(rig.apply('create', rig.target(), inputs)).rejects.toMatchObject({ kind: 'invalid' })
  })

  it('comes to a machine from an ISO with its data image', async () => {
    const target = rig.target()
    await rig.apply('create', target, { iso: '[LocalDS_0] boot.iso', ...fixed })
    const parts: Uint8Array[] = []
    const file = { datacenter: 'DC0', datastore: 'LocalDS_0', path: `forge-data/${target.uid}/data.iso` }
    for await (const part of rig.client.datastores.download(file)) parts.push(part)
    const files = readIso(Buffer.concat(parts))
    expect([...files.keys()].toSorted()).toEqual(['meta-data', 'network-config'])
    expect(JSON.parse(new TextDecoder().decode(files.get('network-config')))).toEqual(network)
  })

  it('is not set by vSphere where that is not wanted', async () => {
    const { id, outputs } = await rig.apply('create', rig.target(), { template: 'DC0_H0_VM0', ...fixed, customize: false })
    expect(outputs['ip']).not.toBe('192.168.7.10')
    expect(await settingOf(id, 'guestinfo.metadata')).toContain('192.168.7.10/20')
  })
})
