import { groupUnit, memberAddress } from '@forgeplan/model'
import type { Client, Found } from '@forgeplan/vsphere-soap'
import { describe, expect, it } from 'vitest'
import { imageFindings } from '../src/preflight/images.ts'
import type { Placed, Site } from '../src/preflight/placed.ts'
import { aCompute, aDatacenter, aDatastore, keys } from './support/catalogue.ts'

const [near, far] = [aDatastore('/DC0/datastore/near'), aDatastore('/DC0/datastore/far')]
const room = aDatacenter('/DC0', { datastores: [near, far], computes: [aCompute('/DC0/host/c1', { datastores: keys(near) })] })

// Only folders of datastores are looked into.
const siteWith = (found: readonly Found[]): Site =>
  ({ client: { datastores: { search: () => Promise.resolve(found) } } as unknown as Client }) as Site

const machineWith = (iso: string, over: Partial<Placed> = {}): Placed => ({
  address: memberAddress(groupUnit('web'), '1'),
  inputs: { iso },
  late: [],
  placement: { cluster: 'c1', datastore: 'near', networks: [] },
  resolved: { ok: false, problems: [] },
  room,
  ...over,
})

const said = async (machine: Placed): Promise<readonly string[]> =>
  (await imageFindings(siteWith([]), [machine], new AbortController().signal)).map(({ text }) => text)

describe('the image of a machine', () => {
  it('has to be in a datastore that its cluster reaches', async () => {
    expect(await said(machineWith('[far] images/os-0123456789ab.iso'))).toEqual([
      'For the image "[far] images/os-0123456789ab.iso": The datastore "far" cannot be used: c1 does not reach it. These can be used: near.',
    ])
    expect(await said(machineWith('[near] images/os-0123456789ab.iso'))).toEqual([])
    expect(await said(machineWith('[far] images/os-0123456789ab.iso', { late: ['cluster'] }))).toEqual([])
  })

  it('need not be there yet if its name is one that forge gives', async () => {
    expect(await said(machineWith('[near] images/os-0123456789ab.iso'))).toEqual([])
    expect(await said(machineWith('[near] images/os.iso'))).toHaveLength(1)
  })
})
