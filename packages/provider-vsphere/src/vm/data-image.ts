import type { Target } from '@forgeplan/sdk'
import { writeIso } from '@forgeplan/sdk/iso'
import { bytesSource, isFault } from '@forgeplan/vsphere-soap'
import type { Given } from '../owner.ts'
import type { Places } from '../places/places.ts'
import { hasInit, userDataOf } from './boot-settings.ts'
import { metaDataOf, networkConfigOf } from './meta-data.ts'
import type { VmInputs } from './vm-type.ts'
import type { Work } from './workshop.ts'

/** Whose data image it is, and where it is to lie. */
interface Owner {
  readonly target: Target
  readonly places: Places
}

/**
 * The machine's data image: a CD-ROM of the volume `cidata` that LinuxKit and cloud-init read. It lies in a folder named
 * after the machine's uid, so that nobody else's is meant. Null: it has none.
 */
export const dataFile = (desired: VmInputs, { target, places }: Owner): Given | null =>
  hasDataImage(desired) ? [places.datacenter.value, `[${places.datastore.name}] ${dataPath(target)}`] : null

/** Whether a machine gets one. */
export const hasDataImage = (desired: Pick<VmInputs, 'init' | 'ip' | 'iso' | 'dataIso'>): boolean =>
  (hasInit(desired) || desired.ip !== undefined) && (desired.dataIso ?? desired.iso !== undefined)

const dataFolder = ({ uid }: Pick<Target, 'uid'>): string => `forge-data/${uid}`
const dataPath = (target: Pick<Target, 'uid'>): string => `${dataFolder(target)}/data.iso`

/** Puts it where the machine will look for it. Done before the machine exists, so that it never has half of one. */
export const uploadData = async ({ shop, target, call }: Work, desired: VmInputs, places: Places): Promise<void> => {
  if (!hasDataImage(desired)) return
  const file = { datacenter: places.datacenterPath.replace(/^\//, ''), datastore: places.datastore.name, path: dataPath(target) }
  const bytes = imageOf(desired, target)
  await shop.client.datastores.upload(file, bytesSource(bytes), { signal: call.signal })
}

const imageOf = (desired: VmInputs, target: Target): Uint8Array => {
  const encode = (text: string): Uint8Array => new TextEncoder().encode(text)
  const network = networkConfigOf(desired)
  const files = {
    ...(hasInit(desired) ? { 'user-data': encode(userDataOf(desired)), config: encode(userDataOf(desired)) } : {}),
    'meta-data': encode(metaDataOf(desired, target)),
    ...(network === null ? {} : { 'network-config': encode(network) }),
  }
  return writeIso({ label: 'cidata', files })
}

/**
 * Takes it away. Only the datacenter and the datastore are taken from what stands on the machine: whoever can write there
 * must not choose what is deleted.
 */
export const removeData = async ({ shop, target, call }: Work, [datacenter, file]: Given): Promise<void> => {
  const store = /^\[([^\]]+)\]/.exec(file)?.[1]
  if (store === undefined) return
  const ref = { type: 'Datacenter', value: datacenter }
  await shop.client.datastores.remove(ref, `[${store}] ${dataFolder(target)}`, { signal: call.signal })
}

/** Takes it away wherever the making of a machine that never came has left it: nothing says any more in which datastore. */
export const removeStrayData = async (work: Work): Promise<void> => {
  const { shop, target, call } = work
  if (target.begunAt === null) return
  const { datacenters } = await shop.atlas.catalogue(call.signal)
  for (const { ref, datastores } of datacenters) {
    for (const { name } of datastores.filter(({ trouble }) => trouble === null)) {
      call.signal.throwIfAborted()
      await removeWhereAllowed(() => removeData(work, [ref.value, `[${name}] ${dataFolder(target)}`]))
    }
  }
}

// Where this login may not take a file away, it has put none.
const removeWhereAllowed = async (removing: () => Promise<void>): Promise<void> => {
  try {
    await removing()
  } catch (error) {
    if (!isFault(error, 'NoPermission')) throw error
  }
}
