import { describe, expect, it } from 'vitest'
import { groupUnit, memberAddress } from '@forgeplan/model'
import { chosen } from '../src/places/choose.ts'
import { placementOf } from '../src/places/placement.ts'
import { resolve } from '../src/places/resolve.ts'
import { templateKey } from '../src/places/templates.ts'
import { capacityFindings } from '../src/preflight/capacity.ts'
import { diagnosticsOf } from '../src/preflight/finding.ts'
import type { Placed } from '../src/preflight/placed.ts'
import type { VmInputs } from '../src/vm/vm-type.ts'
import { aCatalogue, aDatacenter, aDatastore } from './support/catalogue.ts'

const gibibyte = 2 ** 30
const room = aDatacenter('/DC', {
  datastores: [
    aDatastore('/DC/datastore/nfs', { freeBytes: 100 * gibibyte }),
    aDatastore('/DC/datastore/dark', { freeBytes: null }),
    aDatastore('/DC/datastore/over', { freeBytes: -4 * 2 ** 40 }),
  ],
})
const template = {
  ref: { type: 'VirtualMachine', value: 'vm-1' },
  name: 't',
  isTemplate: true,
  snapshot: null,
  committedBytes: 30 * gibibyte,
}
const templates = new Map([[templateKey(room.ref, 't'), chosen(template)]])

const placed = (count: number, inputs: Partial<VmInputs>): readonly Placed[] =>
  Array.from({ length: count }, (_, index) => {
    const placement = placementOf(inputs, { datastore: 'nfs' })
    const address = memberAddress(groupUnit('web'), String(index))
    return { address, inputs, late: [], placement, resolved: resolve(aCatalogue([room]), templates, placement), room }
  })

const told = (...machines: readonly (readonly Placed[])[]) =>
  diagnosticsOf(capacityFindings(aCatalogue([room]), machines.flat())).map(({ severity, detail }) => [severity, detail])

describe('the space that machines want', () => {
  it('is what fits, and then nothing is said', () => {
    expect(told(placed(3, { template: 't' }), placed(1, { disks: [{ name: 'a', size: 10 * gibibyte }] }))).toEqual([])
  })

  it('has the copies of templates in it', () => {
    expect(told(placed(4, { template: 't' }))).toEqual([
      [
        'warning',
        'The datastore "nfs" has 100 GiB free. The 4 machines that are to be made in it want about 120 GiB for copies of templates. They may fill it and stop. Make room, or choose another datastore. Wanted by group.web/0.',
      ],
    ])
  })

  it('has no copies where the clones are linked', () => {
    expect(told(placed(9, { template: 't', linked: true }))).toEqual([])
  })

  it('is an error where thick disks alone are too much', () => {
    const [thick, thin] = [
      { name: 'a', size: 101 * gibibyte, thick: true },
      { name: 'b', size: 1.5 * gibibyte },
    ]
    expect(told(placed(1, { template: 't', disks: [thick, thin] }))).toEqual([
      [
        'error',
        expect.stringContaining(
          'The machine that is to be made in it wants 101 GiB for thick disks, up to 1.5 GiB for thin disks, about 30 GiB for copies of templates.',
        ),
      ],
    ])
  })

  it('has the persistent disk in it, and no disk that outlives its machine', () => {
    expect(told(placed(1, { disks: [{ name: 'a', size: 900 * gibibyte, thick: true, retain: true }] }))).toEqual([])
    expect(told(placed(1, { persistentSize: 101 * gibibyte }))).toEqual([
      ['warning', expect.stringContaining('up to 101 GiB for thin disks')],
    ])
  })

  it('is told as nothing where a datastore promises more than it has', () => {
    expect(told(placed(1, { datastore: 'over', persistentSize: gibibyte }))).toEqual([
      ['warning', expect.stringContaining('The datastore "over" has nothing free. The machine')],
    ])
  })

  it('is not judged where it may not be read what is free', () => {
    expect(told(placed(1, { datastore: 'dark', disks: [{ name: 'a', size: 900 * gibibyte, thick: true }] }))).toEqual([])
  })
})
