import { createHash } from 'node:crypto'
import type { Address } from '@forgeplan/model'
import { memberOf, unitOf } from '@forgeplan/model'
import type { Target } from '@forgeplan/sdk'
import type { VmInputs } from './vm-type.ts'

type Naming = Pick<VmInputs, 'name' | 'namePrefix'>

/** Whose name it is. */
interface Bearer {
  readonly stack: string
  readonly address: Address
}

/** The bearer that a target is. */
export const bearerOf = ({ mark, address }: Pick<Target, 'mark' | 'address'>): Bearer => ({ stack: mark.stack, address })

/** What it is called: its name, or `<namePrefix>-<member>`, or `<stack>-<group>-<member>`. */
export const nameOf = ({ name, namePrefix }: Naming, { stack, address }: Bearer): string => {
  if (name !== undefined) return name
  const parts = namePrefix === undefined ? [stack, address.slice(address.indexOf('.') + 1)] : [namePrefix, memberOf(address) ?? '']
  return cut(
    parts
      .filter((part) => part !== '')
      .join('-')
      .replaceAll('/', '-'),
  )
}

// The inventory takes 80 characters; what is cut off still tells two names apart.
const cut = (name: string): string =>
  name.length <= 80 ? name : `${name.slice(0, 71)}-${createHash('sha256').update(name).digest('hex').slice(0, 8)}`

/** Its name as a host: of letters, digits and hyphens, at most 63. */
export const hostNameOf = (desired: Naming, target: Pick<Target, 'mark' | 'address'>): string =>
  nameOf(desired, bearerOf(target))
    .replaceAll(/[^A-Za-z0-9-]+/g, '-')
    .slice(0, 63)
    .replaceAll(/^-+|-+$/g, '') || 'machine'

/** Where it is in the inventory, below the datacenter's folder of machines, where nothing is said: its group's folder. */
export const folderOf = ({ folder }: Pick<VmInputs, 'folder'>, { address }: Pick<Target, 'address'>): string => {
  if (folder !== undefined) return folder
  const unit = unitOf(address)
  return unit.startsWith('group.') ? unit.slice('group.'.length) : '/'
}

/** The names on the way of a folder's path. */
export const folderNames = (path: string): readonly string[] => path.split('/').filter((name) => name !== '')
