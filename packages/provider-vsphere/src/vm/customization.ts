import type { Target } from '@forgeplan/sdk'
import { isA } from '@forgeplan/vsphere-soap'
import type { AnyVirtualDevice, CustomizationAdapterMapping, CustomizationSpec } from '@forgeplan/vsphere-soap/types'
import { isCustomized } from './addressing.ts'
import { hostNameOf } from './naming.ts'
import type { VmInputs } from './vm-type.ts'

/** What vSphere sets in a clone when it boots for the first time; undefined where that is not wanted. `adapters`: how many it has. */
export const customizationOf = (desired: VmInputs, target: Target, adapters: number): CustomizationSpec | undefined => {
  if (!isCustomized(desired)) return undefined
  const identity = {
    $type: 'CustomizationLinuxPrep',
    hostName: { $type: 'CustomizationFixedName', name: hostNameOf(desired, target) },
    domain: desired.domain ?? 'localdomain',
    hwClockUTC: true,
  } as const
  const names = desired.dns === undefined ? {} : { dnsServerList: desired.dns }
  const search = desired.domain === undefined ? {} : { dnsSuffixList: [desired.domain] }
  return {
    identity,
    globalIPSettings: { ...search, ...names },
    // One for each adapter; a number that differs is refused.
    nicSettingMap: Array.from({ length: adapters }, (_, index) => (index === 0 ? firstOf(desired) : byDhcp)),
  }
}

const byDhcp: CustomizationAdapterMapping = { adapter: { ip: { $type: 'CustomizationDhcpIpGenerator' } } }

const firstOf = ({ ip, gateway }: VmInputs): CustomizationAdapterMapping => {
  const [address, prefix] = (ip ?? '').split('/')
  if (address === undefined || prefix === undefined) return byDhcp
  const fixed = { $type: 'CustomizationFixedIp', ipAddress: address } as const
  return { adapter: { ip: fixed, subnetMask: maskOf(Number(prefix)), ...(gateway === undefined ? {} : { gateway: [gateway] }) } }
}

/** The mask of a prefix's length. @example maskOf(20) === '255.255.240.0' */
const maskOf = (prefix: number): string =>
  [0, 1, 2, 3].map((index) => 256 - 2 ** (8 - Math.min(8, Math.max(0, prefix - 8 * index)))).join('.')

/** How many adapters a clone has, after the changes that are made to its source's. */
export const adaptersAfter = (
  devices: readonly AnyVirtualDevice[],
  changes: readonly { readonly operation?: string; readonly device: AnyVirtualDevice }[],
): number => {
  const of = (operation: string): number =>
    changes.filter((each) => each.operation === operation && isA(each.device, 'VirtualEthernetCard')).length
  return devices.filter((each) => isA(each, 'VirtualEthernetCard')).length + of('add') - of('remove')
}
