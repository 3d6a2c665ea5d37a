import type { PlaceDefaults } from '../settings.ts'
import type { VmInputs } from '../vm/vm-type.ts'
import type { Placement } from './places.ts'

/** Where a machine is to be made: what it says itself, else what the provider's settings say. */
export const placementOf = (inputs: Partial<VmInputs>, defaults: PlaceDefaults): Placement => {
  const first = inputs.network ?? defaults.network
  return {
    ...given('datacenter', inputs.datacenter ?? defaults.datacenter),
    ...seatOf(namesSeat(inputs) ? inputs : defaults),
    ...given('datastore', inputs.datastore ?? defaults.datastore),
    networks: [...(first === undefined ? [] : [first]), ...(inputs.networks ?? [])],
    ...given('template', inputs.template),
  }
}

type Seat = Pick<Placement, 'cluster' | 'host' | 'pool'>

// A machine that names one of the three means no other of the provider's.
const namesSeat = ({ cluster, host, pool }: Seat): boolean => cluster !== undefined || host !== undefined || pool !== undefined

const seatOf = ({ cluster, host, pool }: Seat): Seat => ({ ...given('cluster', cluster), ...given('host', host), ...given('pool', pool) })

const given = <Name extends string>(name: Name, value: string | undefined): { readonly [Key in Name]?: string } =>
  value === undefined ? {} : ({ [name]: value } as { readonly [Key in Name]: string })
