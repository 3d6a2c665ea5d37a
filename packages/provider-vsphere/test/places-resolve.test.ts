import { describe, expect, it } from 'vitest'
import type { Datacenter } from '../src/places/catalogue.ts'
import { chosen } from '../src/places/choose.ts'
import type { PlaceProblem, Placement, Places } from '../src/places/places.ts'
import { placementOf } from '../src/places/placement.ts'
import { problemText } from '../src/places/problem-text.ts'
import { resolve } from '../src/places/resolve.ts'
import { templateKey } from '../src/places/templates.ts'
import { aCatalogue, aCompute, aDatacenter, aDatastore, aHost, aNetwork, aPod, aPool, keys } from './support/catalogue.ts'

const nothing: Placement = { networks: [] }

const placesIn = (room: Datacenter, placement: Partial<Placement>): Places => {
  const resolved = resolve(aCatalogue([room]), new Map(), { ...nothing, ...placement })
  if (!resolved.ok) throw new Error(JSON.stringify(resolved.problems))
  return resolved.places
}

const problemsIn = (room: Datacenter, placement: Partial<Placement>, isHost = false): readonly PlaceProblem[] => {
  const resolved = resolve(aCatalogue([room], isHost), new Map(), { ...nothing, ...placement })
  return resolved.ok ? [] : resolved.problems
}

const c1 = aCompute('/DC/host/c1')
const c2 = aCompute('/DC/host/c2')
const alone = aCompute('/DC/host/esx9', { isCluster: false })
const h1 = aHost('/DC/host/c1/h1')
const h2 = aHost('/DC/host/c2/h2')
const h9 = aHost('/DC/host/esx9/esx9', { compute: alone.ref })

describe('where a machine runs', () => {
  const room = aDatacenter('/DC', {
    computes: [c1, c2, alone],
    hosts: [h1, h2, h9],
    pools: [
      aPool('/DC/host/c1/Resources/web', c1.ref),
      aPool('/DC/host/c2/Resources/web', c2.ref),
      aPool('/DC/host/c2/Resources/db', c2.ref),
    ],
  })

  it('a named pool goes before the host’s, and the host’s before the cluster’s', () => {
    expect(placesIn(room, { cluster: 'c1' })).toMatchObject({ pool: { value: '/DC/host/c1/Resources' }, host: null })
    expect(placesIn(room, { host: 'h1' })).toMatchObject({ pool: { value: '/DC/host/c1/Resources' }, host: { value: '/DC/host/c1/h1' } })
    expect(placesIn(room, { pool: 'db' })).toMatchObject({ pool: { value: '/DC/host/c2/Resources/db' }, host: null })
    expect(placesIn(room, { host: 'h2', pool: 'db' })).toMatchObject({
      pool: { value: '/DC/host/c2/Resources/db' },
      host: { value: '/DC/host/c2/h2' },
    })
  })

  it('a pool’s name that two clusters have is clear where the cluster is named', () => {
    expect(problemsIn(room, { pool: 'web' })).toMatchObject([
      { field: 'pool', kind: 'ambiguous', candidates: ['/DC/host/c1/Resources/web', '/DC/host/c2/Resources/web'] },
    ])
    expect(placesIn(room, { cluster: 'c2', pool: 'web' }).pool.value).toBe('/DC/host/c2/Resources/web')
    expect(placesIn(room, { pool: 'c2/Resources/web' }).pool.value).toBe('/DC/host/c2/Resources/web')
  })

  it('a host or a pool that is not in the cluster cannot be used', () => {
    expect(problemsIn(room, { cluster: 'c1', host: 'h2' })).toMatchObject([{ field: 'host', kind: 'unusable', candidates: ['h1'] }])
    expect(problemsIn(room, { cluster: 'c1', pool: 'db' })).toMatchObject([{ field: 'pool', kind: 'unusable', candidates: ['web'] }])
  })

  it('a host that stands alone is named as host, by its name or by the path of what stands around it', () => {
    expect(problemsIn(room, { cluster: 'esx9' })).toMatchObject([
      { field: 'cluster', kind: 'unusable', why: expect.stringContaining('as host') },
    ])
    expect(placesIn(room, { host: '/DC/host/esx9' }).host?.value).toBe('/DC/host/esx9/esx9')
  })

  it('with several clusters one has to be named', () => {
    expect(problemsIn(room, {})).toMatchObject([{ field: 'cluster', kind: 'missing', given: undefined, candidates: ['c1', 'c2', 'esx9'] }])
  })

  it('in a cluster without DRS a host has to be named', () => {
    const manual = aCompute('/DC/host/c1', { needsHost: true })
    const computes = [manual, c2, alone]
    expect(problemsIn({ ...room, computes }, { cluster: 'c1' })).toMatchObject([
      { field: 'host', kind: 'missing', candidates: ['h1'], why: expect.stringContaining('DRS') },
    ])
    expect(problemsIn({ ...room, computes }, { pool: 'c1/Resources/web' })).toMatchObject([{ field: 'host', kind: 'missing' }])
    expect(placesIn({ ...room, computes }, { host: 'h1' }).host?.value).toBe('/DC/host/c1/h1')
  })

  it('a host in maintenance mode cannot be used, and the others of its cluster are told', () => {
    const tired = aHost('/DC/host/c1/h0', { trouble: 'it is in maintenance mode' })
    expect(problemsIn({ ...room, hosts: [tired, h1, h2] }, { host: 'h0' })).toMatchObject([
      { field: 'host', kind: 'unusable', candidates: ['h1'] },
    ])
  })
})

describe('what a machine uses there', () => {
  it('the only datastore that can be used needs no name', () => {
    const datastores = [aDatastore('/DC/datastore/nfs'), aDatastore('/DC/datastore/old', { trouble: 'no host reaches it' })]
    expect(placesIn(aDatacenter('/DC', { datastores }), {}).datastore.name).toBe('nfs')
    expect(problemsIn(aDatacenter('/DC', { datastores }), { datastore: 'old' })).toMatchObject([{ kind: 'unusable', candidates: ['nfs'] }])
  })

  it('a datastore cluster is no datastore, and its members are told', () => {
    const pod = aPod('/DC/datastore/gold')
    const datastores = [aDatastore('/DC/datastore/gold/g1', { pod: pod.ref }), aDatastore('/DC/datastore/nfs')]
    expect(problemsIn(aDatacenter('/DC', { datastores, pods: [pod] }), { datastore: 'gold' })).toMatchObject([
      { kind: 'unusable', candidates: ['g1'] },
    ])
  })

  it('a datastore or a network that the cluster does not reach cannot be used', () => {
    const [near, far] = [aDatastore('/DC/datastore/near'), aDatastore('/DC/datastore/far')]
    const [inside, outside] = [aNetwork('/DC/network/in'), aNetwork('/DC/network/out')]
    const computes = [aCompute('/DC/host/c1', { datastores: keys(near), networks: keys(inside) })]
    const room = aDatacenter('/DC', { computes, datastores: [near, far], networks: [inside, outside] })
    expect(problemsIn(room, { datastore: 'far', networks: ['in', 'out'] })).toMatchObject([
      { field: 'datastore', kind: 'unusable', candidates: ['near'] },
      { field: 'networks', kind: 'unusable', given: 'out', candidates: ['in'] },
    ])
  })

  it('a network whose switch may not be read cannot be used', () => {
    const networks = [aNetwork('/DC/network/dark', { place: null })]
    expect(problemsIn(aDatacenter('/DC', { networks }), { networks: ['dark'] })).toMatchObject([{ field: 'networks', kind: 'unusable' }])
  })

  it('two networks of one name are told apart by their paths', () => {
    const networks = [aNetwork('/DC/network/a/lan'), aNetwork('/DC/network/b/lan')]
    const room = aDatacenter('/DC', { networks })
    expect(problemsIn(room, { networks: ['lan'] })).toMatchObject([
      { kind: 'ambiguous', candidates: ['/DC/network/a/lan', '/DC/network/b/lan'] },
    ])
    expect(placesIn(room, { networks: ['b/lan'] }).networks).toMatchObject([{ ref: { value: '/DC/network/b/lan' } }])
  })

  it('a slash in a name is one of its characters, however it is written', () => {
    const networks = [aNetwork('/DC/network/vlan 7%2f8', { name: 'vlan 7/8' })]
    const room = aDatacenter('/DC', { networks })
    for (const given of ['vlan 7/8', 'vlan 7%2f8', '/DC/network/vlan 7%2F8']) expect(problemsIn(room, { networks: [given] })).toEqual([])
  })
})

describe('the datacenter', () => {
  const rooms = [aDatacenter('/east/DC'), aDatacenter('/west/DC'), aDatacenter('/lab')]

  it('is named, by a name or so much of its path that it is clear', () => {
    const pathOf = (datacenter: string) => resolve(aCatalogue(rooms), new Map(), { ...nothing, datacenter })
    expect(pathOf('lab')).toMatchObject({ places: { datacenterPath: '/lab' } })
    expect(pathOf('west/DC')).toMatchObject({ places: { datacenterPath: '/west/DC' } })
    expect(pathOf('DC')).toMatchObject({ problems: [{ kind: 'ambiguous', candidates: ['/east/DC', '/west/DC'] }] })
    expect(pathOf('lob')).toMatchObject({ problems: [{ kind: 'unknown', candidates: ['lab', '/east/DC', '/west/DC'] }] })
  })

  it('that a login cannot see is not guessed', () => {
    expect(resolve(aCatalogue([]), new Map(), nothing)).toMatchObject({
      problems: [{ field: 'datacenter', kind: 'missing', candidates: [] }],
    })
  })
})

describe('a placement', () => {
  const defaults = { cluster: 'c1', pool: 'shared', datastore: 'nfs', network: 'lan' }

  it('has the provider’s settings where the machine says nothing', () => {
    expect(placementOf({}, defaults)).toEqual({ cluster: 'c1', pool: 'shared', datastore: 'nfs', networks: ['lan'] })
  })

  it('that names a host means no other cluster or pool', () => {
    expect(placementOf({ host: 'h1', networks: ['san'] }, defaults)).toEqual({ host: 'h1', datastore: 'nfs', networks: ['lan', 'san'] })
    expect(placementOf({ network: 'wan', template: 't' }, {})).toEqual({ networks: ['wan'], template: 't' })
  })

  it('with a template has what it was looked up as', () => {
    const room = aDatacenter('/DC')
    const ref = { type: 'VirtualMachine', value: 'vm-1' }
    const template = { ref, name: 't', isTemplate: true, snapshot: null, committedBytes: null }
    const templates = new Map([[templateKey(room.ref, 't'), chosen(template)]])
    expect(resolve(aCatalogue([room]), templates, { ...nothing, template: 't' })).toMatchObject({ places: { template } })
    expect(problemsIn(room, { template: 't', cluster: 'c1' }, true).map(({ field }) => field)).toEqual(['cluster', 'template'])
  })
})

describe('the words for a problem', () => {
  it('say what is wrong, what was probably meant and what there is', () => {
    const [problem] = problemsIn(aDatacenter('/DC', { datastores: [aDatastore('/DC/datastore/nfs-1'), aDatastore('/DC/datastore/ssd')] }), {
      datastore: 'nfs1',
    })
    expect(problem === undefined ? '' : problemText(problem, true)).toBe(
      'The datastore "nfs1" of the provider’s settings is not known: there is no such datastore in the datacenter DC. Did you mean "nfs-1"? Known are: nfs-1, ssd.',
    )
  })

  it('stay short whatever the names are', () => {
    const datastores = Array.from({ length: 40 }, (_, index) => aDatastore(`/DC/datastore/${'x'.repeat(5000)}${index}`))
    const [problem] = problemsIn(aDatacenter('/DC', { datastores }), { datastore: 'y'.repeat(1024) })
    expect(problem === undefined ? 0 : problemText(problem).length).toBeLessThan(3000)
  })
})
