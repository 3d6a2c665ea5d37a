import type { Arbitrary } from 'fast-check'
import { array, boolean, constant, constantFrom, integer, nat, oneof, option, record, subarray, tuple, uniqueArray } from 'fast-check'
import type { PlainMap } from '@forgeplan/model'
import type { Fault, FaultRule } from './faults.ts'
import type { Fleet, FleetUnit } from './fleet.ts'
import { unitName } from './fleet.ts'
import type { WorldEdit } from './world-edit.ts'

export interface FleetLimits {
  readonly maxUnits?: number
  readonly maxSize?: number
  /** Whether disks and policies may let objects outlive what wanted them; true if absent. */
  readonly retained?: boolean
}

/** Random configurations: up to `maxUnits` units with up to `maxSize` members each, small enough to be read. */
export const fleets = ({ maxUnits = 4, maxSize = 4, retained = true }: FleetLimits = {}): Arbitrary<Fleet> =>
  uniqueArray(unitDrafts(maxSize, retained), { selector: ({ name }) => name, minLength: 1, maxLength: maxUnits }).map((drafts) => ({
    stack: 'lab',
    flavors: { plain: { init: 'hello', health: false }, web: { init: 'serve', tags: { role: 'web' } }, careful: { drain: true } },
    units: connected(drafts),
    outputs: Object.fromEntries(
      drafts.flatMap((draft) => (draft.shape.kind === 'single' ? [[draft.name, `\${instances.${draft.name}.ip}`]] : [])),
    ),
  }))

interface UnitDraft extends Omit<FleetUnit, 'dependsOn'> {
  /** Which of the units before it it waits for; bit i is unit i. */
  readonly waitsFor: number
  readonly refersTo: boolean
}

const names = ['alpha', 'beta', 'gamma', 'delta', 'epsilon', 'zeta']

const shapes = (maxSize: number): Arbitrary<FleetUnit['shape']> =>
  oneof(
    constant({ kind: 'single' } as const),
    record({ kind: constant('sized' as const), size: nat(maxSize) }),
    record({ kind: constant('ids' as const), ids: subarray(['a', 'b', 'c', 'n1', 'n10', 'n2'], { maxLength: Math.min(6, maxSize) }) }),
  )

const unitDrafts = (maxSize: number, retained: boolean): Arbitrary<UnitDraft> =>
  record({
    name: constantFrom(...names),
    shape: shapes(maxSize),
    inputs: machineInputs(retained),
    flavor: option(constantFrom('plain', 'web', 'careful')),
    policy: constantFrom<PlainMap>({}, {}, {}, { ignoreChanges: ['note'] }, retained ? { onDestroy: 'keep' } : {}),
    waitsFor: nat(15),
    refersTo: boolean(),
  })

const disks = (retained: boolean): Arbitrary<readonly PlainMap[]> =>
  array(record({ size: constantFrom('1GiB', '2GiB'), retain: retained ? boolean() : constant(false) }), { maxLength: 2 })

const machineInputs = (retained: boolean): Arbitrary<PlainMap> =>
  tuple(
    record({ image: constantFrom('debian', 'alpine'), cpus: integer({ min: 1, max: 3 }), memory: constantFrom('1GiB', '2GiB') }),
    option(constantFrom('same', 'I am ${member.id}', 'I am ${member.name}')),
    disks(retained),
  ).map(([base, note, list]) => ({
    ...base,
    ...(note === null ? {} : { note }),
    ...(list.length === 0 ? {} : { disks: list.map((disk, i) => ({ name: `data${i}`, ...disk })) }),
  }))

const connected = (drafts: readonly UnitDraft[]): readonly FleetUnit[] =>
  drafts.map(({ waitsFor, refersTo, ...unit }, i) => {
    const before = drafts.slice(0, i).map((draft) => ({ ...draft, dependsOn: [] }))
    const peer = refersTo ? before.find((draft) => draft.shape.kind === 'single') : undefined
    // Ports are exclusive, so only a lone machine gets one, and each its own.
    const port = unit.shape.kind === 'single' ? { port: 8000 + names.indexOf(unit.name) } : {}
    const tags = peer === undefined ? {} : { tags: { peer: `\${instances.${peer.name}.ip}`, size: `\${instances.${peer.name}.cpus} cpus` } }
    const dependsOn = before.filter((_, bit) => (waitsFor & (1 << bit)) !== 0).map(unitName)
    return { ...unit, ...allAtOnce(unit.shape), inputs: { ...unit.inputs, ...port, ...tags }, dependsOn }
  })

/** An update without waves: who waits for whom in a roll has properties of its own, and a member that others moved away stops it. */
export const allAtOnce = ({ kind }: FleetUnit['shape']): Pick<FleetUnit, 'update'> => (kind === 'single' ? {} : { update: { batch: 10 } })

/** What other people do to a world, in order. */
export const worldEdits: Arbitrary<readonly WorldEdit[]> = array(
  record({
    kind: constantFrom<WorldEdit['kind']>('kill', 'destroy', 'copy', 'note', 'cpus', 'memory', 'move-away', 'forge-mark', 'unhealthy'),
    pick: nat(1000),
  }),
  { maxLength: 4 },
)

const faultKinds: Arbitrary<Fault> = oneof(
  record({ kind: constant('error-before' as const), error: constantFrom('transient', 'conflict', 'denied', 'invalid', 'internal') }),
  record({ kind: constant('error-after' as const), error: constantFrom('transient', 'conflict', 'internal') }),
  record({ kind: constant('timeout' as const), effect: boolean() }),
  constant({ kind: 'connection-lost' } as const),
  record({ kind: constant('slow' as const), ms: constantFrom(1_000, 60_000, 300_000) }),
)

/** Scripts of faults in the calls of one run. */
export const faultRules: Arbitrary<readonly FaultRule[]> = array(
  record({
    method: constantFrom<FaultRule['method']>('apply', 'apply', 'delete', 'mark', 'observe', 'list'),
    nth: integer({ min: 1, max: 6 }),
    fault: faultKinds,
  }),
  { maxLength: 3 },
)
