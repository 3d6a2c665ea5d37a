import type { Address } from '@forgeplan/model'
import type { Catalogue, DatastoreEntry } from '../places/catalogue.ts'
import { shown } from '../places/naming.ts'
import { keyOf } from '../places/ref-key.ts'
import type { Finding } from './finding.ts'
import type { Placed } from './placed.ts'
import { roughly } from './sizes.ts'

/** What machines want of one datastore, in bytes. */
interface Demand {
  readonly address: Address
  readonly machines: number
  /** Taken at once. */
  readonly thick: number
  /** Taken as it is written. */
  readonly thin: number
  /** What the sources of full clones take now. */
  readonly cloned: number
}

/** Datastores that are smaller than what is to be made in them. */
export const capacityFindings = ({ datacenters }: Catalogue, placed: readonly Placed[]): readonly Finding[] => {
  const datastores = new Map(datacenters.flatMap((each) => each.datastores).map((each) => [keyOf(each.ref), each]))
  return [...demands(placed)].flatMap(([key, demand]) => {
    const datastore = datastores.get(key)
    return datastore === undefined || datastore.freeBytes === null ? [] : shortage(datastore, Math.max(0, datastore.freeBytes), demand)
  })
}

const demands = (placed: readonly Placed[]): ReadonlyMap<string, Demand> => {
  const all = new Map<string, Demand>()
  for (const machine of placed) {
    if (!machine.resolved.ok) continue
    const key = keyOf(machine.resolved.places.datastore.ref)
    all.set(key, sum(all.get(key), demandOf(machine)))
  }
  return all
}

const demandOf = ({ address, inputs, resolved }: Placed): Demand => {
  // One that outlives its machine lies elsewhere, and may be there already.
  const disks = (inputs.disks ?? []).filter(({ retain }) => retain !== true)
  const total = (isThick: boolean): number =>
    disks.filter(({ thick }) => (thick ?? false) === isThick).reduce((bytes, { size }) => bytes + size, 0)
  const source = resolved.ok && inputs.linked !== true ? resolved.places.template : null
  const thin = total(false) + (inputs.persistentSize ?? 0)
  return { address, machines: 1, thick: total(true), thin, cloned: source?.committedBytes ?? 0 }
}

const sum = (one: Demand | undefined, other: Demand): Demand =>
  one === undefined
    ? other
    : {
        address: one.address,
        machines: one.machines + other.machines,
        thick: one.thick + other.thick,
        thin: one.thin + other.thin,
        cloned: one.cloned + other.cloned,
      }

const shortage = ({ name }: DatastoreEntry, free: number, demand: Demand): readonly Finding[] => {
  const { address, machines, thick, thin, cloned } = demand
  if (thick + thin + cloned <= free) return []
  const parts = [
    ...(thick > 0 ? [`${roughly(thick)} for thick disks`] : []),
    ...(thin > 0 ? [`up to ${roughly(thin)} for thin disks`] : []),
    ...(cloned > 0 ? [`about ${roughly(cloned)} for copies of templates`] : []),
  ]
  const finding = { code: 'FORGE5308', summary: 'A datastore is too small', address } as const
  const who = machines === 1 ? 'The machine that is to be made in it wants' : `The ${machines} machines that are to be made in it want`
  const wants = `The datastore "${shown(name)}" has ${free > 0 ? `${roughly(free)} free` : 'nothing free'}. ${who} ${parts.join(', ')}.`
  return thick > free
    ? [{ ...finding, severity: 'error', text: `${wants} Thick disks take their space at once. Make room, or choose another datastore.` }]
    : [{ ...finding, severity: 'warning', text: `${wants} They may fill it and stop. Make room, or choose another datastore.` }]
}
