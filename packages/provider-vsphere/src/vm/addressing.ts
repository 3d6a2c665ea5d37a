import { ProviderError } from '@forgeplan/sdk'
import type { AnyVirtualDevice } from '@forgeplan/vsphere-soap/types'
import { adaptersIn } from './devices/adapters.ts'
import type { VmInputs } from './vm-type.ts'

type Addressed = Pick<VmInputs, 'ip' | 'template' | 'customize'>

/** Why a fixed address cannot be given. */
export const severalAdapters =
  'A fixed address is for the first adapter, and a guest that is told of it cannot tell which of several that is. Leave one network, or clone a template and let vSphere set the address ("customize").'

/** Whether vSphere itself sets host name and address in a clone. */
export const isCustomized = ({ ip, template, customize }: Addressed): boolean => template !== undefined && (customize ?? ip !== undefined)

/** Whether nobody could tell which adapter the fixed address is for. `adapters`: how many there are. */
export const isUnclear = (desired: Addressed, adapters: number): boolean =>
  desired.ip !== undefined && adapters > 1 && !isCustomized(desired)

/** The inputs as the guest is told of them: what vSphere sets in one of several adapters is not said a second time. @throws ProviderError */
export const toldToGuest = (desired: VmInputs, adapters: number): VmInputs => {
  if (isUnclear(desired, adapters)) throw new ProviderError('invalid', severalAdapters)
  if (desired.ip === undefined || adapters <= 1) return desired
  const { ip: _, ...told } = desired
  return told
}

/** How many adapters a new machine has. `devices`: its template's; `named`: the networks that it comes into. */
export const adaptersOf = ({ networks }: VmInputs, devices: readonly AnyVirtualDevice[], named: number): number =>
  networks !== undefined && named > 0 ? named : Math.max(adaptersIn(devices).length, named)
