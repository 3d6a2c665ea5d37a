import { unitOf } from '@forgeplan/model'
import type { Target } from '@forgeplan/sdk'
import type { VmInputs } from './vm-type.ts'

/** What it is called where nothing is said: `<stack>-<group>-<member>`. */
export const nameOf = ({ name }: Pick<VmInputs, 'name'>, { mark, address }: Pick<Target, 'mark' | 'address'>): string =>
  name ?? [mark.stack, address.slice(address.indexOf('.') + 1)].join('-').replaceAll('/', '-')

/** Its name as a host: of letters, digits and hyphens, at most 63. */
export const hostNameOf = (desired: Pick<VmInputs, 'name'>, target: Pick<Target, 'mark' | 'address'>): string =>
  nameOf(desired, target)
    .replaceAll(/[^A-Za-z0-9-]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
    .slice(0, 63)

/** Where it is in the inventory, below the datacenter's folder of machines, where nothing is said: its group's folder. */
export const folderOf = ({ folder }: Pick<VmInputs, 'folder'>, { address }: Pick<Target, 'address'>): string => {
  if (folder !== undefined) return folder
  const unit = unitOf(address)
  return unit.startsWith('group.') ? unit.slice('group.'.length) : '/'
}

/** The names on the way of a folder's path. */
export const folderNames = (path: string): readonly string[] => path.split('/').filter((name) => name !== '')
