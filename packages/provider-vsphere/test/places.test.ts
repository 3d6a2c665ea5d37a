import { describe, expect, it } from 'vitest'
import { hasVcsim } from '../../../test/require.ts'
import type { Ref } from '@forgeplan/vsphere-soap'
import { useLab } from '../../vsphere-soap/test/support/lab.ts'
import { atlasOf } from '../src/places/atlas.ts'
import type { PlaceProblem, Placement, Places, Resolved } from '../src/places/places.ts'

const calm = AbortSignal.timeout(60_000)
const here: Placement = { networks: [] }

const placesOf = (resolved: Resolved): Places => {
  if (!resolved.ok) throw new Error(JSON.stringify(resolved.problems))
  return resolved.places
}
const problemsOf = (resolved: Resolved): readonly PlaceProblem[] => (resolved.ok ? [] : resolved.problems)
const typeOf = (ref: Ref | null | undefined): string | undefined => ref?.type

describe.skipIf(!hasVcsim())('places of a vCenter', () => {
  const lab = useLab([
    '-dc',
    '1',
    '-pg',
    '2',
    '-nsx',
    '1',
    '-pg-nsx',
    '1',
    '-app',
    '1',
    '-pod',
    '1',
    '-ds',
    '2',
    '-folder',
    '1',
    '-vm',
    '1',
  ])

  it('a placement leads to objects by names', async () => {
    await using client = await lab.open()
    const atlas = atlasOf(client)
    const placement = {
      cluster: 'DC0_C0',
      datastore: 'LocalDS_1',
      networks: ['VM Network', 'DC0_DVPG1', 'DC0_NSX0'],
      template: 'DC0_H0_VM0',
    }
    const places = placesOf(await atlas.resolve(placement, calm))
    expect(places).toMatchObject({
      datacenterPath: '/F0/DC0',
      host: null,
      datastore: { name: 'LocalDS_1' },
      networks: [
        { kind: 'standard', name: 'VM Network' },
        {
          kind: 'distributed',
          name: 'DC0_DVPG1',
          portgroupKey: expect.stringContaining('dvportgroup'),
          switchUuid: expect.stringMatching(/-/),
        },
        { kind: 'opaque', name: 'DC0_NSX0', networkType: 'nsx.LogicalSwitch' },
      ],
      template: { name: 'DC0_H0_VM0', isTemplate: false, snapshot: null },
    })
    expect(typeOf(places.pool)).toBe('ResourcePool')
    expect(typeOf(places.vmFolder)).toBe('Folder')
  })

  it('a path is as good as a name', async () => {
    await using client = await lab.open()
    const atlas = atlasOf(client)
    const byName = placesOf(
      await atlas.resolve({ host: 'DC0_C0_H1', datastore: 'LocalDS_0', networks: ['DC0_DVPG0'], template: 'DC0_H0_VM0' }, calm),
    )
    const folder = '/F0/DC0'
    const byPath = await atlas.resolve(
      {
        datacenter: folder,
        host: `${folder}/host/F0/DC0_C0/DC0_C0_H1`,
        datastore: 'datastore/F0/LocalDS_0',
        networks: [`${folder}/network/F0/DC0_DVPG0`],
        template: `${folder}/vm/F0/DC0_H0_VM0`,
      },
      calm,
    )
    expect(byPath).toEqual({ ok: true, places: byName })
    const relative = await atlas.resolve(
      { host: 'DC0_C0/DC0_C0_H1', datastore: 'LocalDS_0', networks: ['DC0_DVPG0'], template: 'F0/DC0_H0_VM0' },
      calm,
    )
    expect(relative).toEqual({ ok: true, places: byName })
  })

  it('everything that is wrong is told at once, with what is near', async () => {
    await using client = await lab.open()
    const wrong = { cluster: 'DC0-C0', datastore: 'LocalDS_O', networks: ['DC0_DVPG2'], template: 'DC0_H0_VMO' }
    const problems = problemsOf(await atlasOf(client).resolve(wrong, calm))
    expect(problems.map(({ field, kind, candidates }) => [field, kind, candidates[0]])).toEqual([
      ['cluster', 'unknown', 'DC0_C0'],
      ['datastore', 'unknown', 'LocalDS_0'],
      ['networks', 'unknown', 'DC0_DVPG0'],
      ['template', 'unknown', 'DC0_H0_VM0'],
    ])
  })

  it('what is not named is asked for with all that there is', async () => {
    await using client = await lab.open()
    const problems = problemsOf(await atlasOf(client).resolve(here, calm))
    expect(problems).toMatchObject([
      { field: 'cluster', kind: 'missing', given: undefined, candidates: ['DC0_C0', 'DC0_H0'] },
      { field: 'datastore', kind: 'missing', candidates: ['LocalDS_0', 'LocalDS_1'] },
    ])
  })

  it('a machine that was made in the meantime can be cloned', async () => {
    await using client = await lab.open()
    const atlas = atlasOf(client)
    const placement = { cluster: 'DC0_C0', datastore: 'LocalDS_0', networks: [] }
    expect(problemsOf(await atlas.resolve({ ...placement, template: 'golden' }, calm))).toMatchObject([
      { field: 'template', kind: 'unknown' },
    ])
    const { pool, vmFolder: folder } = placesOf(await atlas.resolve({ ...placement, template: 'DC0_H0_VM0' }, calm))
    const config = { name: 'golden', guestId: 'otherGuest64', files: { vmPathName: '[LocalDS_0]' } }
    await client.run('CreateVM_Task', folder, { config, pool })
    expect(placesOf(await atlas.resolve({ ...placement, template: 'golden' }, calm)).template).toMatchObject({ name: 'golden' })
  })

  it('machines of one name in two folders are told apart by their paths', async () => {
    await using client = await lab.open()
    const atlas = atlasOf(client)
    const placement = { cluster: 'DC0_C0', datastore: 'LocalDS_0', networks: [] }
    const { pool, vmFolder } = placesOf(await atlas.resolve(placement, calm))
    for (const name of ['a', 'b']) {
      const folder = await client.call('CreateFolder', vmFolder, { name })
      const config = { name: 'twin', guestId: 'otherGuest64', files: { vmPathName: '[LocalDS_0]' } }
      await client.run('CreateVM_Task', folder, { config, pool })
    }
    const later = atlasOf(client)
    expect(problemsOf(await later.resolve({ ...placement, template: 'twin' }, calm))).toMatchObject([
      { field: 'template', kind: 'ambiguous', candidates: ['/F0/DC0/vm/a/twin', '/F0/DC0/vm/b/twin'] },
    ])
    expect(placesOf(await later.resolve({ ...placement, template: 'vm/b/twin' }, calm)).template).toMatchObject({ name: 'twin' })
  })

  it('a vApp is no pool for a machine', async () => {
    await using client = await lab.open()
    const problems = problemsOf(await atlasOf(client).resolve({ ...here, pool: 'DC0_C0_APP0', datastore: 'LocalDS_0' }, calm))
    expect(problems).toMatchObject([{ field: 'pool', kind: 'unusable', why: expect.stringContaining('vApp') }])
  })

  it('a datastore cluster is no datastore', async () => {
    await using client = await lab.open()
    const problems = problemsOf(await atlasOf(client).resolve({ ...here, cluster: 'DC0_C0', datastore: 'DC0_POD0' }, calm))
    expect(problems).toMatchObject([{ field: 'datastore', kind: 'unusable', why: expect.stringContaining('datastore cluster') }])
  })
})

describe.skipIf(!hasVcsim())('places of several datacenters', () => {
  const lab = useLab(['-dc', '2', '-vm', '0'])

  it('one has to be named, or be where whole paths lead', async () => {
    await using client = await lab.open()
    const atlas = atlasOf(client)
    expect(problemsOf(await atlas.resolve(here, calm))).toMatchObject([
      { field: 'datacenter', kind: 'missing', candidates: ['DC0', 'DC1'] },
    ])
    expect(placesOf(await atlas.resolve({ ...here, host: '/DC1/host/DC1_H0/DC1_H0' }, calm)).datacenterPath).toBe('/DC1')
    expect(placesOf(await atlas.resolve({ ...here, datacenter: 'DC1', host: 'DC1_H0' }, calm)).datacenterPath).toBe('/DC1')
  })

  it('names of another datacenter are unknown', async () => {
    await using client = await lab.open()
    const problems = problemsOf(await atlasOf(client).resolve({ ...here, datacenter: 'DC1', host: 'DC0_H0' }, calm))
    expect(problems).toMatchObject([
      {
        field: 'host',
        kind: 'unknown',
        candidates: [expect.stringMatching(/^DC1_/), expect.anything(), expect.anything(), expect.anything()],
      },
    ])
  })
})

describe.skipIf(!hasVcsim())('places of a standalone host', () => {
  const lab = useLab(['-esx'])

  it('everything that there is one of needs no name', async () => {
    await using client = await lab.open()
    const places = placesOf(await atlasOf(client).resolve({ networks: ['VM Network'] }, calm))
    expect(places).toMatchObject({
      datacenterPath: '/ha-datacenter',
      datastore: { name: 'LocalDS_0' },
      host: null,
      networks: [{ kind: 'standard' }],
    })
  })

  it('there are no clusters and no clones, and the answer says why', async () => {
    await using client = await lab.open()
    const problems = problemsOf(await atlasOf(client).resolve({ ...here, cluster: 'c', template: 't' }, calm))
    expect(problems).toMatchObject([
      { field: 'cluster', kind: 'unusable', why: expect.stringContaining('ESXi') },
      { field: 'template', kind: 'unusable', why: expect.stringContaining('does not clone') },
    ])
  })
})
