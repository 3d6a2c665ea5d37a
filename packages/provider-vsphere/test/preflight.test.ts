import { beforeAll, describe, expect, it } from 'vitest'
import type { Diagnostic } from '@forgeplan/model'
import { groupUnit, memberAddress } from '@forgeplan/model'
import type { Wanted } from '@forgeplan/sdk'
import type { Client } from '@forgeplan/vsphere-soap'
import { bytesSource, connect } from '@forgeplan/vsphere-soap'
import { hasVcsim } from '../../../test/require.ts'
import { makeAuthority } from '../../../test/support/certificate.ts'
import { startProxy } from '../../../test/support/soap-proxy.ts'
import { startVcsim } from '../../../test/support/vcsim.ts'
import { inventory, the, useLab } from '../../vsphere-soap/test/support/lab.ts'
import { atlasOf } from '../src/places/atlas.ts'
import { preflight } from '../src/preflight/preflight.ts'
import type { PlaceDefaults } from '../src/settings.ts'
import type { VmInputs } from '../src/vm/vm-type.ts'
import { denying } from './support/denying.ts'

const calm = { signal: AbortSignal.timeout(120_000) }
const tebibyte = 2 ** 40
const cluster: PlaceDefaults = { cluster: 'DC0_C0', datastore: 'LocalDS_0', network: 'VM Network' }

const members = (count: number, inputs: (index: number) => Partial<VmInputs>, group = 'web'): readonly Wanted<VmInputs>[] =>
  Array.from({ length: count }, (_, index) => ({ address: memberAddress(groupUnit(group), String(index)), inputs: inputs(index) }))

const one = (inputs: Partial<VmInputs>): readonly Wanted<VmInputs>[] => members(1, () => inputs)

const check = (client: Client, wanted: readonly Wanted<VmInputs>[], defaults = cluster): Promise<readonly Diagnostic[]> =>
  preflight({ client, atlas: atlasOf(client), defaults }, { wanted, touched: [] }, calm)

const codesOf = (diagnostics: readonly Diagnostic[]) => diagnostics.map(({ code, severity }) => [code, severity])

describe.skipIf(!hasVcsim())('preflight of a vCenter', () => {
  const lab = useLab(['-ds', '2', '-vm', '1'])

  beforeAll(async () => {
    await using client = await lab.open()
    for (const path of ['web.iso', 'iso/alpine.iso', 'iso/debian.iso']) {
      await client.datastores.upload({ datacenter: 'DC0', datastore: 'LocalDS_0', path }, bytesSource(Buffer.from('x')))
    }
  })

  it('has nothing to say of what can be made', async () => {
    await using client = await lab.open()
    const wanted = [
      ...one({ iso: 'iso/alpine.iso', disks: [{ name: 'data', size: tebibyte }] }),
      ...one({ iso: '[LocalDS_0] web.iso', datastore: 'LocalDS_1', folder: 'prod/web', name: 'web' }),
      ...one({ template: 'DC0_H0_VM0' }),
      ...one({}),
    ]
    expect(await check(client, wanted)).toEqual([])
    expect(await check(client, [])).toEqual([])
  })

  it('fields that do not go together, and settings that vSphere would not take, are errors', async () => {
    await using client = await lab.open()
    const networks = { ip: '10.0.0.1/24', network: 'VM Network', networks: ['VM Network'] }
    expect(codesOf(await check(client, one({ ...networks, iso: 'web.iso' })))).toEqual([['FORGE5314', 'error']])
    expect(codesOf(await check(client, one({ ...networks, template: 'DC0_H0_VM0' })))).toEqual([])
    const twice = { persistentSize: 2 ** 30, disks: [{ name: 'persistent', size: 2 ** 30 }] }
    expect(codesOf(await check(client, one(twice)))).toEqual([['FORGE5316', 'error']])
    const extraConfig = { 'forge.mark': 'x', 'a"]': 'x', empty: '', 'Disk.EnableUUID': 'TRUE', 'disk.enableUUID': 'TRUE' }
    expect(codesOf(await check(client, one({ extraConfig })))).toEqual(Array.from({ length: 4 }, () => ['FORGE5315', 'error']))
  })

  it('does not say of what is known only later that it is not named, nor looks for it where the settings would have it', async () => {
    await using client = await lab.open()
    const late = (inputs: Partial<VmInputs>, ...fields: readonly string[]) => one(inputs).map((each) => ({ ...each, late: fields }))
    expect(await check(client, late({}, 'cluster', 'datastore'), {})).toEqual([])
    expect(await check(client, late({ datastore: 'LocalDS_1' }, 'cluster', 'folder', 'name'), {})).toEqual([])
    expect(await check(client, late({ datastore: 'nowhere' }, 'datacenter'))).toEqual([])
    expect(await check(client, late({ linked: true, disks: [{ name: 'a', size: 40 * tebibyte, thick: true }] }, 'template'))).toEqual([])
    expect(codesOf(await check(client, late({ datastore: 'nowhere' }, 'cluster'), {}))).toEqual([['FORGE5301', 'error']])
  })

  it('the same mistake of 500 machines is one problem', async () => {
    await using client = await lab.open()
    const diagnostics = await check(
      client,
      members(500, () => ({ datastore: 'LocalDS_O' })),
    )
    expect(diagnostics).toEqual([
      {
        severity: 'error',
        code: 'FORGE5301',
        summary: 'A datastore is not known',
        detail:
          'The datastore "LocalDS_O" is not known: there is no such datastore in the datacenter DC0. Did you mean "LocalDS_0"? Known are: LocalDS_0, LocalDS_1. Wanted by group.web/0 and 499 more.',
        address: 'group.web/0',
      },
    ])
  })

  it('all that is wrong is told at once, also what the provider’s settings say', async () => {
    await using client = await lab.open()
    const wanted = one({ template: 'nothing', iso: 'web.iso', networks: ['nowhere'] })
    const diagnostics = await check(client, wanted, { cluster: 'DC0_C9', network: 'VM Network' })
    expect(codesOf(diagnostics)).toEqual([
      ['FORGE5301', 'error'],
      ['FORGE5303', 'error'],
      ['FORGE5301', 'error'],
      ['FORGE5301', 'error'],
      ['FORGE5306', 'error'],
    ])
    expect(diagnostics[0]?.detail).toContain('"DC0_C9" of the provider’s settings')
    expect(diagnostics[1]?.detail).toContain('A datastore has to be named')
  })

  it('an image has to be where it is said to be', async () => {
    await using client = await lab.open()
    const details = async (iso: string) => (await check(client, one({ iso }))).map(({ code, detail }) => `${code} ${detail}`)
    expect(await details('iso/alpin.iso')).toEqual([
      'FORGE5305 There is no image "alpin.iso" in "[LocalDS_0] iso". Did you mean "alpine.iso"? Its images are: alpine.iso, debian.iso. Upload it, or correct its path. Wanted by group.web/0.',
    ])
    expect(await details('[LocalDS_1] iso/alpine.iso')).toEqual([
      'FORGE5305 There is no folder "[LocalDS_1] iso", where the image "alpine.iso" should be. Upload it, or correct its path. Wanted by group.web/0.',
    ])
    expect(await details('iso')).toEqual([expect.stringContaining('There is no image "iso" in "[LocalDS_0]"')])
    expect(await details('[LocalDS_7] web.iso')).toEqual([
      expect.stringMatching(/^FORGE5305 For the image .* "LocalDS_7" is not known.*LocalDS_0, LocalDS_1/),
    ])
    expect(await details('[LocalDS_0] iso/')).toEqual([expect.stringContaining('names no file')])
  })

  it('a linked clone needs a snapshot to grow from', async () => {
    await using client = await lab.open()
    const objects = await inventory(client, 'VirtualMachine')
    expect(await check(client, one({ template: 'DC0_H0_VM0', linked: true }))).toMatchObject([
      { code: 'FORGE5307', detail: expect.stringContaining('has no snapshot') },
    ])
    expect(await check(client, one({ iso: 'web.iso', linked: true }))).toMatchObject([
      { code: 'FORGE5307', detail: expect.stringContaining('has to name') },
    ])
    const args = { name: 'first', memory: false, quiesce: false }
    await client.run('CreateSnapshot_Task', the(objects, 'VirtualMachine:DC0_C0_RP0_VM0'), args)
    expect(await check(client, one({ template: 'DC0_C0_RP0_VM0', linked: true }))).toEqual([])
  })

  it('too little space is an error for thick disks and a warning for thin ones', async () => {
    await using client = await lab.open()
    const wanted = (thick: boolean) => members(3, () => ({ disks: [{ name: 'data', size: 2 * tebibyte, thick }] }))
    expect(await check(client, wanted(false))).toMatchObject([
      {
        code: 'FORGE5308',
        severity: 'warning',
        detail: expect.stringMatching(
          /^The datastore "LocalDS_0" has \S+ TiB free\. The 3 machines that are to be made in it want up to 6 TiB for thin disks\./,
        ),
      },
    ])
    expect(codesOf(await check(client, wanted(true)))).toEqual([['FORGE5308', 'error']])
    expect(codesOf(await check(client, [...wanted(true).slice(0, 1), ...wanted(false)]))).toEqual([['FORGE5308', 'warning']])
  })

  it('a name that another machine has, or two machines want, is taken', async () => {
    await using client = await lab.open()
    const details = async (wanted: readonly Wanted<VmInputs>[]) =>
      (await check(client, wanted)).map(({ code, detail }) => `${code} ${detail}`)
    expect(await details(one({ name: 'DC0_H0_VM0', folder: '/' }))).toEqual([
      expect.stringContaining('FORGE5309 The folder /DC0/vm has a machine named "DC0_H0_VM0" that is not forge’s.'),
    ])
    expect(await details(one({ name: 'DC0_H0_VM0' }))).toEqual([])
    expect(await details(members(2, () => ({ namePrefix: 'vm', folder: '/' })))).toEqual([])
    expect(
      await details([
        ...members(2, () => ({ namePrefix: 'vm', folder: '/' })),
        ...members(2, () => ({ namePrefix: 'vm', folder: '/' }), 'db'),
      ]),
    ).toEqual([
      expect.stringMatching(/^FORGE5309 The name "vm-0" in the folder \/DC0\/vm is also wanted by group\.web\/0\./),
      expect.stringContaining('The name "vm-1" in the folder /DC0/vm is also wanted by group.web/1'),
    ])
    expect(await details(one({ folder: 'DC0_H0_VM0/db' }))).toEqual([
      expect.stringContaining('FORGE5309 The folder /DC0/vm/DC0_H0_VM0 cannot be made: a machine has that name.'),
    ])
    const many = ['a', 'b', 'c', 'DC0_H0_VM0', 'd'].flatMap((folder) => one({ folder }))
    expect(await details(many)).toEqual([expect.stringContaining('FORGE5309 The folder /DC0/vm/DC0_H0_VM0 cannot be made')])
    expect(await details(members(3, () => ({ name: 'same' })))).toEqual([
      expect.stringMatching(
        /^FORGE5309 The name "same" in the folder \/DC0\/vm\/web is also wanted by group\.web\/0\..* Wanted by group\.web\/1 and 1 more\.$/,
      ),
    ])
  })

  it('a name that one of forge’s own machines has is free: it may be the predecessor', async () => {
    await using client = await lab.open()
    const objects = await inventory(client, 'VirtualMachine')
    const machine = the(objects, 'VirtualMachine:DC0_C0_RP0_VM0')
    const seen = await client.look(machine, ['config.instanceUuid'])
    const uid = String(seen?.properties.get('config.instanceUuid'))
    const mark = { lineage: uid, stack: 'lab', uid, address: 'group.web/0', generation: 1, specDigest: '0'.repeat(64) }
    const wanted = one({ name: 'DC0_C0_RP0_VM0', folder: '/' })
    expect(codesOf(await check(client, wanted))).toEqual([['FORGE5309', 'error']])
    await client.run('ReconfigVM_Task', machine, {
      spec: { extraConfig: [{ $type: 'OptionValue', key: 'forge.mark', value: JSON.stringify(mark) }] },
    })
    expect(await check(client, wanted)).toEqual([])
  })

  it('who may not define custom attributes may give machines those that there are, and no others', async () => {
    await using client = await lab.open()
    const login = denying(client, new Set(['Global.ManageCustomFields']))
    const { customFieldsManager = { type: '', value: '' } } = client.content
    await client.call('AddCustomFieldDef', customFieldsManager, { name: 'known', moType: 'VirtualMachine' })
    const given = (customAttributes: Readonly<Record<string, string>>) => check(login, one({ template: 'DC0_H0_VM0', customAttributes }))
    expect(await given({ known: 'a', taken: '' })).toEqual([])
    expect(await given({ known: 'a', unknown: 'b' })).toMatchObject([
      {
        code: 'FORGE5310',
        stopsApply: true,
        detail: expect.stringContaining('On the vCenter this login lacks Global.ManageCustomFields.') as string,
      },
    ])
  })

  it('privileges that are missing are told with the object they are missing on', async () => {
    await using client = await lab.open()
    const lacking = new Set(['Folder.Create', 'VirtualMachine.Inventory.CreateFromExisting', 'Network.Assign', 'Datastore.Browse'])
    const diagnostics = await check(
      denying(client, lacking),
      members(2, () => ({ template: 'DC0_H0_VM0', folder: 'new' })),
    )
    expect(diagnostics.map(({ code, severity, detail }) => [code, severity, detail.split('.')[0]])).toEqual([
      ['FORGE5310', 'warning', 'On the folder /DC0/vm this login lacks Folder'],
      ['FORGE5310', 'warning', 'On the network "VM Network" this login lacks Network'],
    ])
    expect(diagnostics[0]?.detail).toContain('Folder.Create, VirtualMachine.Inventory.CreateFromExisting.')
  })

  it('who may not run commands in guests may make machines whose flavor runs none', async () => {
    await using client = await lab.open()
    const login = denying(client, new Set(['VirtualMachine.GuestOperations.Execute']))
    const [wanted] = one({ template: 'DC0_H0_VM0' })
    if (wanted === undefined) throw new Error('no machine')
    expect(await check(login, [wanted])).toEqual([])
    expect(await check(login, [{ ...wanted, usesGuest: true }])).toMatchObject([
      {
        code: 'FORGE5310',
        stopsApply: true,
        detail: expect.stringContaining('On the folder /DC0/vm this login lacks VirtualMachine.GuestOperations.Execute.') as string,
      },
    ])
  })

  it('names that nobody would give are cut', async () => {
    await using client = await lab.open()
    const long = 'x'.repeat(1024)
    const diagnostics = await check(
      client,
      one({ cluster: long, datastore: long, networks: [long], template: long, folder: long, name: long, iso: `[${long}] ${long}` }),
    )
    expect(diagnostics.length).toBeGreaterThan(4)
    for (const { detail } of diagnostics) expect(detail.length).toBeLessThan(2000)
  })
})

describe.skipIf(!hasVcsim())('what preflight costs', () => {
  it('is some dozen calls for a thousand machines', async () => {
    await using vcsim = await startVcsim(['-vm', '1', '-pg', '2'])
    const identity = makeAuthority().issue('127.0.0.1')
    await using proxy = await startProxy(identity, vcsim.port, () => ({ kind: 'pass' }))
    await using client = await connect({ server: `127.0.0.1:${proxy.port}`, user: 'user', password: 'pass', trust: { kind: 'none' } })
    const atlas = atlasOf(client)
    const before = proxy.calls.length
    await atlas.catalogue(calm.signal)
    expect(proxy.calls.slice(before)).toEqual(['CreateContainerView', 'RetrievePropertiesEx', 'RetrievePropertiesEx', 'DestroyView'])
    const wanted = members(1000, (index) => ({ name: `m-${index}`, folder: '/', network: `DC0_DVPG${index % 2}`, template: 'DC0_H0_VM0' }))
    expect(await preflight({ client, atlas, defaults: cluster }, { wanted, touched: [] }, calm)).toEqual([])
    expect(proxy.calls.slice(before).length).toBeLessThanOrEqual(13)

    await client.datastores.upload({ datacenter: 'DC0', datastore: 'LocalDS_0', path: 'web.iso' }, bytesSource(Buffer.from('x')))
    const after = proxy.calls.length
    const groups = Array.from({ length: 40 }, (_, index) => members(25, () => ({ iso: 'web.iso' }), `g-${index}`)).flat()
    expect(await preflight({ client, atlas: atlasOf(client), defaults: cluster }, { wanted: groups, touched: [] }, calm)).toEqual([])
    expect(proxy.calls.slice(after).length).toBeLessThanOrEqual(15)
  })
})

describe.skipIf(!hasVcsim())('preflight of a standalone host', () => {
  const lab = useLab(['-esx'])

  it('clusters, clones and folders are errors that say why', async () => {
    await using client = await lab.open()
    const diagnostics = await check(
      client,
      members(2, () => ({ cluster: 'c', template: 't', folder: 'web' })),
      {},
    )
    expect(diagnostics.map(({ code, detail }) => [code, detail.split('.')[0]])).toEqual([
      ['FORGE5311', 'A standalone host is in no cluster'],
      ['FORGE5311', 'Cloning is done by vCenter, and a standalone host has no templates'],
      ['FORGE5311', 'Folders of machines are kept by vCenter, and a standalone host has one for all'],
    ])
  })

  it('a machine that says nothing of its place can be made, and a group needs no folder', async () => {
    await using client = await lab.open()
    expect(
      await check(
        client,
        members(2, () => ({ network: 'VM Network' })),
        {},
      ),
    ).toEqual([])
    expect(codesOf(await check(client, one({ name: 'ha-host_VM0' }), {}))).toEqual([['FORGE5309', 'error']])
  })
})
