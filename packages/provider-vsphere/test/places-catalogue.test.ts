import { describe, expect, it } from 'vitest'
import type { Ref, Seen } from '@forgeplan/vsphere-soap'
import { folderPlace } from '../src/places/folder-place.ts'
import { catalogueOf } from '../src/places/inventory.ts'
import { parseIso } from '../src/places/iso-path.ts'
import { once } from '../src/places/once.ts'

const ref = (type: string, value: string): Ref => ({ type, value })
const seen = (type: string, value: string, properties: Readonly<Record<string, unknown>>): Seen => ({
  ref: ref(type, value),
  properties: new Map(Object.entries({ name: value, ...properties })),
  missing: [],
})

const root = ref('Folder', 'group-d1')
const dc = seen('Datacenter', 'dc', { name: 'DC', parent: root, vmFolder: ref('Folder', 'vm') })
const folder = (value: string, parent: Ref, name = value): Seen => seen('Folder', value, { name, parent })
const skeleton = [dc, folder('vm', dc.ref), folder('host', dc.ref), folder('network', dc.ref), folder('datastore', dc.ref)]
const theOnly = (...more: readonly Seen[]) => {
  const [room] = catalogueOf([...skeleton, ...more], false).datacenters
  if (room === undefined) throw new Error('no datacenter')
  return room
}

describe('the catalogue of an inventory', () => {
  const home = ref('Folder', 'network')
  const dvs = seen('VmwareDistributedVirtualSwitch', 'dvs-1', {
    parent: home,
    uuid: 'u-1',
    'config.uplinkPortgroup': [ref('DistributedVirtualPortgroup', 'up-1')],
  })
  const portgroup = (value: string, over: Readonly<Record<string, unknown>> = {}): Seen =>
    seen('DistributedVirtualPortgroup', value, { parent: home, key: value, 'config.distributedVirtualSwitch': dvs.ref, ...over })

  it('has port groups with what their adapters need, and no uplinks', () => {
    const tagged = portgroup('up-2', { tag: [{ $type: 'Tag', key: 'SYSTEM/DVS.UPLINKPG' }] })
    expect(theOnly(dvs, portgroup('pg-1'), portgroup('up-1'), tagged).networks.map(({ place }) => place)).toEqual([
      { kind: 'distributed', ref: ref('DistributedVirtualPortgroup', 'pg-1'), name: 'pg-1', portgroupKey: 'pg-1', switchUuid: 'u-1' },
    ])
  })

  it('knows of a port group whose switch may not be read that it cannot be used', () => {
    expect(theOnly(portgroup('pg-1')).networks).toMatchObject([{ name: 'pg-1', place: null }])
  })

  it('says what is against a host or a datastore', () => {
    const store = (value: string, over: Readonly<Record<string, unknown>>): Seen =>
      seen('Datastore', value, { parent: ref('Folder', 'datastore'), ...over })
    const host = (value: string, over: Readonly<Record<string, unknown>>): Seen =>
      seen('HostSystem', value, { parent: ref('ComputeResource', 'cr'), ...over })
    const room = theOnly(
      seen('ComputeResource', 'cr', { parent: ref('Folder', 'host') }),
      store('ok', { 'summary.accessible': true, 'summary.maintenanceMode': 'normal', 'summary.freeSpace': 5n }),
      store('off', { 'summary.accessible': false }),
      store('leaving', { 'summary.accessible': true, 'summary.maintenanceMode': 'enteringMaintenance' }),
      host('fine', { 'runtime.connectionState': 'connected', 'runtime.inMaintenanceMode': false }),
      host('lost', { 'runtime.connectionState': 'notResponding' }),
      host('resting', { 'runtime.connectionState': 'connected', 'runtime.inMaintenanceMode': true }),
    )
    expect(room.datastores.map(({ trouble, freeBytes }) => [trouble, freeBytes])).toEqual([
      [null, 5],
      ['no host reaches it', null],
      ['it is in maintenance mode', null],
    ])
    expect(room.hosts.map(({ trouble }) => trouble)).toEqual([null, 'it is not connected to vCenter', 'it is in maintenance mode'])
  })

  it('writes names as people read them, and paths as vSphere does', () => {
    const odd = seen('Network', 'network-7', { name: 'a%2fb %25 \u0007', parent: home })
    expect(theOnly(odd).networks).toMatchObject([{ name: 'a/b % \u0007', path: '/DC/network/a%2fb %25 \u0007' }])
  })

  it('leaves out what has no name or lies nowhere, and is not lost in a circle', () => {
    const nameless: Seen = { ref: ref('Network', 'n'), properties: new Map([['parent', home]]), missing: [] }
    const [a, b] = [folder('a', ref('Folder', 'b')), folder('b', ref('Folder', 'a'))]
    const astray = seen('Network', 'n2', { parent: a.ref })
    expect(theOnly(nameless, a, b, astray).networks).toEqual([])
  })
})

describe('the place of a folder', () => {
  const room = theOnly(
    folder('f-1', ref('Folder', 'vm'), 'prod'),
    folder('f-2', ref('Folder', 'f-1'), 'a%2fb'),
    folder('f-3', ref('Folder', 'host'), 'web'),
  )

  it('is as far as it exists', () => {
    expect(folderPlace(room, [])).toMatchObject({ lowest: { path: '/DC/vm' }, missing: [] })
    expect(folderPlace(room, ['prod', 'a/b'])).toMatchObject({ lowest: { ref: { value: 'f-2' } }, missing: [] })
    expect(folderPlace(room, ['prod', 'web', 'x'])).toMatchObject({ lowest: { ref: { value: 'f-1' } }, missing: ['web', 'x'] })
    expect(folderPlace(room, ['web'])).toMatchObject({ lowest: { path: '/DC/vm' }, missing: ['web'] })
  })
})

describe('the path of an image', () => {
  it('is in a datastore or in the machine’s own', () => {
    expect(parseIso('[nfs 1] linuxkit/a/web.iso')).toEqual({ datastore: 'nfs 1', folder: 'linuxkit/a', file: 'web.iso' })
    expect(parseIso('linuxkit/web.iso')).toEqual({ datastore: null, folder: 'linuxkit', file: 'web.iso' })
    expect(parseIso('[]web.iso ')).toEqual({ datastore: null, folder: '', file: 'web.iso' })
    for (const none of ['', '[nfs]', '[nfs] folder/', '   ']) expect(parseIso(none)).toBeNull()
  })
})

describe('what is read once', () => {
  const hold = async (signal: AbortSignal): Promise<string> =>
    new Promise((resolve, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason as Error))
      setImmediate(() => resolve('read'))
    })

  it('is shared by all who ask, and remembered', async () => {
    let times = 0
    const read = once((signal) => ((times += 1), hold(signal)))
    const { signal } = new AbortController()
    expect(await Promise.all([read(signal), read(signal)])).toEqual(['read', 'read'])
    expect([await read(signal), times]).toEqual(['read', 1])
  })

  it('is read anew for others where who asked first gives up', async () => {
    const read = once(hold)
    const [impatient, patient] = [new AbortController(), new AbortController()]
    const first = read(impatient.signal)
    const second = read(patient.signal)
    impatient.abort(new Error('enough'))
    await expect(first).rejects.toThrow('enough')
    expect(await second).toBe('read')
  })

  it('is tried again after a failure', async () => {
    let times = 0
    const read = once(() => (times++ === 0 ? Promise.reject(new Error('first')) : Promise.resolve('then')))
    const { signal } = new AbortController()
    const both = await Promise.allSettled([read(signal), read(signal)])
    expect(both.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
    expect([await read(signal), times]).toEqual(['then', 2])
  })
})
