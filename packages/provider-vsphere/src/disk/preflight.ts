import type { Address } from '@forgeplan/model'
import type { Call, Forecast, Touched, Wanted } from '@forgeplan/sdk'
import type { Client } from '@forgeplan/vsphere-soap'
import { diagnosticsOf } from '../preflight/finding.ts'
import { privilegeFindings } from '../preflight/privileges.ts'
import type { DiskInputs } from './disk-type.ts'
import type { DiskFolder } from './disk-folder.ts'

/** Where kept disks lie; null: the settings do not say. */
export type Folder = (signal: AbortSignal) => Promise<DiskFolder | null>

/** Why there can be none. */
export const nowhere =
  'There is no place for disks that outlive their machines: set diskFolder in the provider, such as "[nfs] forge-disks".'

/** Problems that making these kept disks, and changing those, would meet: no place for them, privileges. */
export const diskPreflight = async (
  { client, folderAt }: { readonly client: Client; readonly folderAt: Folder },
  { wanted, touched }: { readonly wanted: readonly Wanted<DiskInputs>[]; readonly touched: readonly Touched<DiskInputs>[] },
  { signal }: Pick<Call, 'signal'>,
): Promise<readonly Forecast[]> => {
  const [first] = [...wanted, ...touched]
  if (first === undefined) return []
  const folder = await folderAt(signal)
  if (folder !== null) return lacking(client, folder.datastore, { address: first.address, grows: wanted.length > 0, signal })
  return wanted.length === 0
    ? []
    : [{ severity: 'error', code: 'FORGE5313', summary: 'There is no place for kept disks', detail: nowhere, address: first.address }]
}

// A label is a file; a standalone host grants its few users what they ask for, and may not be asked.
const lacking = async (
  client: Client,
  { ref, name }: { readonly ref: { readonly type: string; readonly value: string }; readonly name: string },
  { address, grows, signal }: { readonly address: Address; readonly grows: boolean; readonly signal: AbortSignal },
): Promise<readonly Forecast[]> => {
  if (client.content.about.apiType !== 'VirtualCenter') return []
  const privileges = ['Datastore.Browse', 'Datastore.FileManagement', ...(grows ? ['Datastore.AllocateSpace'] : [])]
  return diagnosticsOf(await privilegeFindings(client, [{ ref, label: `the datastore "${name}"`, privileges, address }], signal))
}
