import type { PlainMap, UnitName } from '@forgeplan/model'
import { groupUnit, instanceUnit } from '@forgeplan/model'

/** A configuration as a value, before it is a text: what the generators make and shrink. */
export interface Fleet {
  readonly stack: string
  /** Config of `simflavor` by the flavor's name. */
  readonly flavors: Readonly<Record<string, PlainMap>>
  /** In order: a unit depends only on those before it. */
  readonly units: readonly FleetUnit[]
  readonly outputs: Readonly<Record<string, string>>
}

export interface FleetUnit {
  readonly name: string
  readonly shape:
    | { readonly kind: 'single' }
    | { readonly kind: 'sized'; readonly size: number }
    | { readonly kind: 'ids'; readonly ids: readonly string[] }
  /** As they stand in the file: sizes as texts, expressions allowed. */
  readonly inputs: PlainMap
  readonly flavor: string | null
  readonly policy: PlainMap
  readonly dependsOn: readonly UnitName[]
  /** As they stand in the file; absent: the configuration says nothing. */
  readonly update?: PlainMap
  readonly quorum?: 'majority'
  readonly healUnhealthy?: PlainMap
}

export const unitName = ({ name, shape }: FleetUnit): UnitName => (shape.kind === 'single' ? instanceUnit(name) : groupUnit(name))

/** How many machines the fleet wants. */
export const machinesOf = (fleet: Fleet): number =>
  fleet.units.reduce((sum, { shape }) => sum + (shape.kind === 'single' ? 1 : shape.kind === 'sized' ? shape.size : shape.ids.length), 0)

/** The fleet with every group of one size. */
export const resized = (fleet: Fleet, size: number): Fleet => ({
  ...fleet,
  units: fleet.units.map((unit) => (unit.shape.kind === 'sized' ? { ...unit, shape: { kind: 'sized', size } } : unit)),
})

/** The fleet with the same units after somebody edited it; another `seed` is another edit. */
export const edited = (fleet: Fleet, seed: number): Fleet => ({
  ...fleet,
  units: fleet.units.map((unit, i) => {
    const { shape } = unit
    const image = (seed + i) % 3 === 0 ? { image: `image-${seed}` } : {}
    return {
      ...unit,
      shape: shape.kind === 'sized' ? { kind: 'sized', size: (shape.size + seed + i) % 5 } : shape,
      inputs: { ...unit.inputs, ...image, cpus: 1 + ((seed + i) % 4) },
    }
  }),
})

/** The text of a fleet over the world of that name; `reversed` writes every map backwards, which must change nothing. */
export const fleetYaml = (fleet: Fleet, world: string, options: { readonly reversed?: boolean } = {}): string => {
  const provider = { plugin: 'sim', world }
  const top: PlainMap = {
    stack: fleet.stack,
    providers: { here: provider },
    flavors: Object.fromEntries(Object.entries(fleet.flavors).map(([name, config]) => [name, { plugin: 'simflavor', ...config }])),
    groups: blocks(fleet, (unit) => unit.shape.kind !== 'single'),
    instances: blocks(fleet, (unit) => unit.shape.kind === 'single'),
    outputs: fleet.outputs,
    policy: { maxDestroy: '100%' },
  }
  return text(options.reversed === true ? (backwards(top) as PlainMap) : top)
}

// JSON is YAML; one line for each block keeps a failing example readable.
const text = (top: PlainMap): string =>
  Object.entries(top)
    .filter(([, section]) => typeof section !== 'object' || Object.keys(section ?? {}).length > 0)
    .map(([key, section]) =>
      typeof section === 'object' ? `${key}:\n${lines(section as PlainMap)}` : `${key}: ${JSON.stringify(section)}\n`,
    )
    .join('')

const lines = (section: PlainMap): string =>
  Object.entries(section)
    .map(([key, value]) => `  ${key}: ${JSON.stringify(value)}\n`)
    .join('')

const blocks = (fleet: Fleet, fits: (unit: FleetUnit) => boolean): PlainMap =>
  Object.fromEntries(fleet.units.filter(fits).map((unit) => [unit.name, block(unit)]))

const block = ({ shape, inputs, flavor, policy, dependsOn, update, quorum, healUnhealthy }: FleetUnit): PlainMap => ({
  ...(shape.kind === 'sized' ? { size: shape.size } : shape.kind === 'ids' ? { ids: shape.ids } : {}),
  instance: { provider: 'here', ...inputs },
  ...(flavor === null ? {} : { flavor }),
  ...(Object.keys(policy).length === 0 ? {} : { policy }),
  ...(dependsOn.length === 0 ? {} : { dependsOn }),
  ...(update === undefined ? {} : { update }),
  ...(quorum === undefined ? {} : { quorum }),
  ...(healUnhealthy === undefined ? {} : { healUnhealthy }),
})

const backwards = (value: unknown): unknown => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  return Object.fromEntries(
    Object.entries(value)
      .toReversed()
      .map(([key, item]) => [key, backwards(item)]),
  )
}
