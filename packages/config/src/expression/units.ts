import type { MemberShape, Path, Schema, UnitName, Value } from '@forgeplan/model'
import { groupUnit, instanceAddress, instanceUnit, late, memberAddress, memberIdPattern } from '@forgeplan/model'
import type { UnitHead } from '../names.ts'
import { didYouMean, listed, quote } from '../wording.ts'
import { call } from './call.ts'
import type { Key } from './lookup.ts'
import type { Moment } from './scene.ts'
import { refuse } from './scene.ts'
import type { Range } from './syntax.ts'

/** `instances.NAME.path` and `groups.NAME.path` or `groups.NAME["id"].path`: outputs, known when the objects stand. */
export const unitReference = (root: 'instances' | 'groups', keys: readonly Key[], whole: Range, moment: Moment): Value | undefined => {
  if (moment.zone.late === 'nothing') {
    const detail =
      'Outputs are known only when the objects stand, and this value is needed earlier. Use a variable, the environment or a file here.'
    return refuse(moment, 'FORGE2010', whole, detail)
  }
  const head = headOf(root, keys[0], whole, moment)
  if (head === undefined) return undefined
  const [, second, ...rest] = keys
  // A group's outputs have names; what stands in brackets is one member's id.
  const isMember = root === 'groups' && second !== undefined && (typeof second.value === 'number' || second.bracketed)
  if (head.name === moment.zone.self && (root === 'instances' || isMember)) {
    const detail = 'An object is made from these values, so they cannot hold its own outputs, which are known only afterwards.'
    return refuse(moment, 'FORGE2021', whole, detail)
  }
  if (isMember && !memberFits(head, second, moment)) return undefined
  const [path, index] = isMember ? [rest, []] : splitAtIndex(root, keys.slice(1))
  if (!pathFits(head, path, moment)) return undefined
  if (!moment.dry && head.name !== moment.zone.self) moment.trail.unit(head.name, () => moment.place(whole))
  const leaf = leafOf(
    root,
    head.name,
    isMember ? String(second.value) : null,
    path.map((key) => key.value),
  )
  return index.length === 0 ? leaf : call('get', [leaf, ...index.map((key) => key.value)], whole, moment)
}

// `groups.web.url` is a list, so what stands in brackets behind it picks one of its items.
const splitAtIndex = (root: 'instances' | 'groups', keys: readonly Key[]): readonly [path: readonly Key[], index: readonly Key[]] => {
  const at = root === 'groups' ? keys.findIndex((key) => typeof key.value === 'number') : -1
  return at === -1 ? [keys, []] : [keys.slice(0, at), keys.slice(at)]
}

const leafOf = (root: 'instances' | 'groups', unit: UnitName, id: string | null, path: Path): Value => {
  if (root === 'instances') return late({ kind: 'output', of: instanceAddress(unit), path })
  if (id === null) return late({ kind: 'members', group: unit.slice('group.'.length), path })
  return late({ kind: 'output', of: memberAddress(unit, id), path })
}

const headOf = (root: 'instances' | 'groups', key: Key | undefined, whole: Range, moment: Moment): UnitHead | undefined => {
  const { units } = moment.names
  if (key === undefined) return refuse(moment, 'FORGE2002', whole, `Write ${root}.NAME with the name of a block under ${root}.`)
  const name = String(key.value)
  const head = units.get(root === 'groups' ? groupUnit(name) : instanceUnit(name))
  if (head !== undefined) return head
  const prefix = root === 'groups' ? 'group.' : 'instance.'
  const names = [...units.keys()].filter((unit) => unit.startsWith(prefix)).map((unit) => unit.slice(prefix.length))
  const other = units.has(root === 'groups' ? instanceUnit(name) : groupUnit(name))
  const hint = other ? ` Did you mean ${quote(`${root === 'groups' ? 'instances' : 'groups'}.${name}`)}?` : didYouMean(name, names)
  return refuse(moment, 'FORGE2004', key, `No block ${quote(name)} stands under ${root}. Configured there: ${listed(names)}.${hint}`)
}

const memberFits = (head: UnitHead, key: Key, moment: Moment): boolean => {
  const id = String(key.value)
  const { shape } = head
  if (shape === undefined || shape.kind === 'single' || hasMember(shape, id, head.renumbers)) return true
  const rule = shape.kind === 'ids' ? `Its ids are ${listed(shape.ids)}.${didYouMean(id, shape.ids)}` : numbered(shape.size)
  const shown = memberIdPattern.test(id) ? quote(id) : 'of that id'
  refuse(moment, 'FORGE2019', key, `${head.name} has no member ${shown}. ${rule}`)
  return false
}

// A member beyond the size can be left over where one below it was lost, and nobody can rely on that: ids are for members
// that are meant by name.
const hasMember = (shape: Exclude<MemberShape, { readonly kind: 'single' }>, id: string, renumbers: boolean): boolean =>
  shape.kind === 'ids' ? shape.ids.includes(id) : /^[1-9]\d{0,8}$/.test(id) && (renumbers || Number(id) <= shape.size)

const numbered = (size: number): string => {
  if (size === 0) return 'Its size is 0.'
  const last = size === 1 ? 'member is "1"' : size === 2 ? 'members are "1" and "2"' : `members are "1" to "${size}"`
  return `Its size is ${size}, so its ${last}. Use ids instead of size to give members names of your own.`
}

const pathFits = (head: UnitHead, path: readonly Key[], moment: Moment): boolean => {
  let schema: Schema | undefined = head.type?.outputs
  for (const key of path) {
    if (schema?.kind === 'object' && !Object.hasOwn(schema.fields, String(key.value))) {
      const known = Object.keys(schema.fields)
      const detail = `${head.name} has no output ${quote(String(key.value))}. Its outputs are ${listed(known)}.${didYouMean(String(key.value), known)}`
      refuse(moment, 'FORGE2018', key, detail)
      return false
    }
    schema = innerSchema(schema, key)
  }
  return true
}

const innerSchema = (schema: Schema | undefined, key: Key): Schema | undefined => {
  if (schema?.kind === 'object') return schema.fields[String(key.value)]?.schema
  return schema?.kind === 'map' || schema?.kind === 'list' ? schema.of : undefined
}
