import type {
  Address,
  Catalog,
  Desired,
  Diagnostic,
  FlavorUse,
  Leaf,
  Member,
  Places,
  ResourceType,
  StackName,
  Unit,
  Value,
  ValueMap,
} from '@forgeplan/model'
import { compareAddress, findType, FunctionError, isMap, isMember, normaliseObject, reduceMap, unitOf } from '@forgeplan/model'
import { ordinalOf, placesOf } from './ordinal.ts'
import { memberIdOf } from './scale.ts'

/** One object as it shall be. */
export interface Wanted {
  readonly address: Address
  readonly unit: Unit
  readonly type: ResourceType
  readonly inputs: ValueMap
  /** The machine that a part belongs to; null for a member. */
  readonly owner: Address | null
  /** A part that outlives its owner. */
  readonly retain: boolean
}

/** `<stack>-<group>-<member>`, or `<stack>-<instance>`: display, never identity. */
export const memberName = (stack: StackName, address: Address): string =>
  [stack, address.slice(address.indexOf('.') + 1)].join('-').replaceAll('/', '-')

export interface Workshop {
  readonly stack: StackName
  readonly catalog: Catalog
  readonly places: Places
  readonly problems: Diagnostic[]
}

/** Template + member + flavor gives the member's inputs and its parts, parts first; `place` is from `placesOf`. A problem yields nothing but itself. */
export const instantiate = (unit: Unit, address: Address, place: number, shop: Workshop): readonly Wanted[] => {
  const type = findType(shop.catalog, unit.type)
  if (type === undefined) return fail(shop, unit, `Nothing provides the type ${unit.type}.`)
  const id = memberIdOf(unit, address)
  const member: Member = { address, id, ordinal: ordinalOf(unit, address, place), name: memberName(shop.stack, address) }
  try {
    const inputs = withFlavor(type, reduceMap(unit.inputs, memberScope(member)), unit.flavor, { member, shop })
    const whole: Wanted = { address, unit, type, inputs, owner: null, retain: false }
    return [...partsOf(whole, shop), whole]
  } catch (error) {
    if (error instanceof FunctionError) return fail(shop, unit, `${error.message} (for ${address})`)
    throw error
  }
}

const memberScope =
  (member: Member) =>
  (leaf: Leaf): Value | undefined =>
    leaf.kind === 'member' ? member[leaf.field] : undefined

const withFlavor = (
  type: ResourceType,
  inputs: ValueMap,
  use: FlavorUse | null,
  { member, shop }: { readonly member: Member; readonly shop: Workshop },
): ValueMap => {
  const flavor = use === null ? undefined : shop.catalog.flavors.get(use.plugin)
  if (use === null || flavor === undefined || type.prepared === undefined) return normaliseObject(type.inputs, inputs)
  const prepared = flavor.prepare(reduceMap(use.config, memberScope(member)), member)
  const { init, tags } = type.prepared
  const own = inputs[tags]
  const merged = { ...prepared.tags, ...(isMap(own) ? own : {}) }
  return normaliseObject(type.inputs, {
    ...inputs,
    ...(prepared.init === null ? {} : { [init]: prepared.init }),
    ...(Object.keys(merged).length === 0 ? {} : { [tags]: merged }),
  })
}

const partsOf = (owner: Wanted, shop: Workshop): readonly Wanted[] =>
  (owner.type.parts?.(owner.address, owner.inputs) ?? []).flatMap((part) => {
    const type = findType(shop.catalog, part.type)
    if (type === undefined) return fail(shop, owner.unit, `Nothing provides the type ${part.type}.`)
    return [
      {
        address: part.address,
        unit: owner.unit,
        type,
        inputs: normaliseObject(type.inputs, part.inputs),
        owner: owner.address,
        retain: part.retain,
      },
    ]
  })

// One report per unit: ten thousand members have one template.
const fail = (shop: Workshop, unit: Unit, detail: string): readonly Wanted[] => {
  const span = shop.places.get(unit.name)
  const known = shop.problems.some((problem) => problem.code === 'FORGE3002' && problem.span === span)
  if (!known)
    shop.problems.push({
      severity: 'error',
      code: 'FORGE3002',
      summary: 'A member cannot be made from its template',
      detail,
      ...(span === undefined ? {} : { span }),
    })
  return []
}

/** What the configuration wants at addresses that are held already, parts included; addresses that it does not know are left out. */
export const wantedAt = (desired: Desired, catalog: Catalog, addresses: readonly Address[]): ReadonlyMap<Address, Wanted> => {
  const shop: Workshop = { stack: desired.stack, catalog, places: new Map(), problems: [] }
  const held = addresses.filter((address) => isMember(address)).toSorted(compareAddress)
  const wanted = desired.units.flatMap((unit) => {
    const members = membersOf(unit, held)
    const places = placesOf(unit, members)
    return members.flatMap((address, index) => instantiate(unit, address, places[index] ?? index, shop))
  })
  return new Map(wanted.map((each) => [each.address, each]))
}

const membersOf = (unit: Unit, held: readonly Address[]): readonly Address[] => {
  const ids = unit.shape.kind === 'ids' ? new Set(unit.shape.ids) : null
  return held.filter((address) => unitOf(address) === unit.name && (ids === null || ids.has(memberIdOf(unit, address))))
}
