import type { PlainMap } from '@forgeplan/model'
import type { Target } from '@forgeplan/sdk'
import { hostNameOf } from './naming.ts'
import type { VmInputs } from './vm-type.ts'

/** Who the machine is, as cloud-init's sources read it; JSON is YAML. */
export const metaDataOf = (desired: VmInputs, target: Target): string => {
  const network = networkOf(desired)
  const name = hostNameOf(desired, target)
  return lines({
    'instance-id': target.uid,
    'local-hostname': desired.domain === undefined ? name : `${name}.${desired.domain}`,
    ...(network === null ? {} : { network }),
  })
}

/** Its network, as the data image has it in a file of its own; null where the network gives the address. */
export const networkConfigOf = (desired: VmInputs): string | null => {
  const network = networkOf(desired)
  return network === null ? null : lines(network)
}

const networkOf = ({ ip, gateway, dns, domain }: VmInputs): PlainMap | null =>
  ip === undefined
    ? null
    : {
        version: 2,
        ethernets: {
          // Its name depends on the guest.
          first: {
            match: { name: 'e*' },
            addresses: [ip],
            ...(gateway === undefined ? {} : { routes: [{ to: '0.0.0.0/0', via: gateway }] }),
            ...(dns === undefined ? {} : { nameservers: { addresses: [...dns], ...(domain === undefined ? {} : { search: [domain] }) } }),
          },
        },
      }

const lines = (value: PlainMap): string => `${JSON.stringify(value)}\n`
