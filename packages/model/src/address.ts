import type { Brand } from './brand.ts'

/** What people read: `group.web/2`, `instance.nfs`, `disk.db/1/data`, `image.docker-host@1a2b3c4d5e6f`. It never holds two objects at once. */
export type Address = Brand<'Address'>
/** A block of the configuration that yields objects: `group.web`, `instance.nfs` or `image.docker-host`. */
export type UnitName = Brand<'UnitName'>

/** Names of units, providers, flavors: lower case, digits, hyphens; 1 to 63 characters. */
export const namePattern: RegExp = /^[a-z][a-z0-9-]{0,62}$/
/** Ids of members: letters, digits, `.`, `_`, `-`; 1 to 63 characters, the first a letter or a digit. */
export const memberIdPattern: RegExp = /^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/

export const groupUnit = (name: string): UnitName => `group.${name}` as UnitName
export const instanceUnit = (name: string): UnitName => `instance.${name}` as UnitName

export const imageUnit = (name: string): UnitName => `image.${name}` as UnitName

/** The address of a group's member. @example memberAddress(groupUnit('web'), '2') === 'group.web/2' */
export const memberAddress = (group: UnitName, id: string): Address => `${group}/${id}` as Address
/** The address of an image's version. @example versionAddress(imageUnit('web'), '1a2b3c4d5e6f') === 'image.web@1a2b3c4d5e6f' */
export const versionAddress = (image: UnitName, version: string): Address => `${image}@${version}` as Address
/** The version in an image's address; `undefined` for all others. */
export const versionOf = (address: Address): string | undefined => versionPattern.exec(address)?.[2]
/** The address of a lone instance is its unit's name. */
export const instanceAddress = (unit: UnitName): Address => unit as string as Address
/** The address of a part. @example partAddress('disk', 'group.db/1', 'data') === 'disk.db/1/data' */
export const partAddress = (type: string, owner: Address, name: string): Address =>
  `${type}.${owner.slice(owner.indexOf('.') + 1)}/${name}` as Address

const addressPattern = /^([a-z][a-z0-9-]{0,62})\.([a-z][a-z0-9-]{0,62})((?:\/[A-Za-z0-9][A-Za-z0-9._-]{0,62}){0,2})$/

const versionPattern = /^image\.([a-z][a-z0-9-]{0,62})@([0-9a-f]{12})$/

/** Reads an address from text that came from outside; `undefined` if it is none. */
export const parseAddress = (text: string): Address | undefined => {
  if (versionPattern.test(text)) return text as Address
  const match = addressPattern.exec(text)
  if (match === null || match[1] === 'image') return undefined
  const depth = (match[3] ?? '').split('/').length - 1
  const fits = match[1] === 'group' ? depth === 1 : match[1] === 'instance' ? depth === 0 : depth >= 1
  return fits ? (text as Address) : undefined
}

/** Reads a unit's name (`group.web`, `instance.nfs`, `image.web`); `undefined` if it is none. */
export const parseUnitName = (text: string): UnitName | undefined =>
  /^(group|instance|image)\.[a-z][a-z0-9-]{0,62}$/.test(text) ? (text as UnitName) : undefined

/** The unit that an address belongs to; a part belongs to its owner's unit. */
export const unitOf = (address: Address): UnitName => {
  const end = address.search(/[/@]/)
  const head = end < 0 ? address : address.slice(0, end)
  if (head.startsWith('group.') || head.startsWith('instance.') || head.startsWith('image.')) return head as string as UnitName
  const name = head.slice(head.indexOf('.') + 1)
  return memberOf(address) === undefined ? instanceUnit(name) : groupUnit(name)
}

/** The member id in an address (`2` in `group.web/2` and in `disk.web/2/data`); `undefined` for a lone instance. */
export const memberOf = (address: Address): string | undefined => {
  const start = address.indexOf('/') + 1
  const end = address.indexOf('/', start)
  if (start === 0 || address.startsWith('instance.')) return undefined
  if (end >= 0) return address.slice(start, end)
  // What stands last in `disk.nfs/data` is a part, and not a member.
  return address.startsWith('group.') ? address.slice(start) : undefined
}

/** Whether it is a machine, of a group or alone, and not a part of one. */
export const isMember = (address: Address): boolean => address.startsWith('group.') || address.startsWith('instance.')

/** The object that an address is about: a part's owner, a machine or an image itself. @example ownerOf('disk.db/1/data') === 'group.db/1' */
export const ownerOf = (address: Address): Address => {
  if (versionOf(address) !== undefined) return address
  const [unit, member] = [unitOf(address), memberOf(address)]
  return member === undefined ? instanceAddress(unit) : memberAddress(unit, member)
}

/** Natural order: `web/2` before `web/10`, independent of locale. */
export const compareAddress = (a: string, b: string): number => {
  const left = a.split(/(\d+)/)
  const right = b.split(/(\d+)/)
  for (let i = 0; i < Math.min(left.length, right.length); i++) {
    const order = compareChunk(left[i] ?? '', right[i] ?? '', i % 2 === 1)
    if (order !== 0) return order
  }
  return left.length - right.length || compareText(a, b)
}

const compareChunk = (a: string, b: string, numeric: boolean): number => (numeric ? Number(a) - Number(b) : compareText(a, b))

/** Orders by UTF-16 code units, the same on every machine. */
export const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
