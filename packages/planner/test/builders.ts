import { createHash } from 'node:crypto'
import type {
  Address,
  Catalog,
  Change,
  Desired,
  FlavorType,
  Heal,
  Health,
  JournalEntry,
  Observation,
  Observed,
  Plan,
  PlainMap,
  Policy,
  ResourceType,
  Row,
  Shape,
  State,
  Uid,
  Unit,
  UnitName,
  Update,
  ValueMap,
} from '@forgeplan/model'
import {
  cautious,
  findType,
  isKnown,
  lineage,
  normaliseObject,
  object,
  realm,
  remoteId,
  stackName,
  stepId,
  typeName,
  uid,
} from '@forgeplan/model'
import { simDisk, simMachine } from '../../testkit/src/sim-types.ts'
import type { PlanOptions } from '../src/index.ts'
import { emptyState, foldAll, plan, specDigest } from '../src/index.ts'

export const hash = (text: string): string => createHash('sha256').update(text).digest('hex')

const flavor: FlavorType = {
  name: 'simple',
  doc: 'A flavor for tests.',
  config: object({}),
  prepare: (config, member) => ({ init: config['init'] ?? null, tags: { member: member.id } }),
  hasHealth: (config) => config['health'] === true,
  hasDrain: (config) => config['drain'] === true,
}

const simImage: ResourceType = {
  name: typeName('sim', 'image'),
  doc: 'An image for tests.',
  version: 1,
  inputs: object({ source: { schema: { kind: 'string' }, doc: 'What it is made of.' } }),
  outputs: object({}),
  effect: () => 'live',
  guest: 'none',
  inUse: ({ outputs }) => outputs['used'] === true,
}

export const catalog: Catalog = {
  providers: new Map([
    [
      'sim',
      {
        name: 'sim',
        doc: 'The simulated world.',
        settings: object({}),
        types: [simMachine, simDisk, simImage],
        machine: simMachine.name,
        image: simImage.name,
      },
    ],
  ]),
  flavors: new Map([['simple', flavor]]),
  images: new Map(),
}

export const here = realm('world-1')
export const ours = lineage('11111111-1111-4111-8111-111111111111')

interface UnitOptions {
  readonly shape?: Shape
  readonly inputs?: ValueMap
  readonly policy?: Partial<Policy>
  readonly dependsOn?: readonly string[]
  readonly provider?: string
  readonly flavor?: ValueMap
  readonly update?: Partial<Update>
  readonly heal?: Heal
}

/** A unit with an image; a group of 3 unless it says otherwise. */
export const unit = (name: string, options: UnitOptions = {}): Unit => ({
  name: name as UnitName,
  shape: options.shape ?? (name.startsWith('group.') ? { kind: 'sized', size: 3 } : { kind: 'single' }),
  type: name.startsWith('image.') ? simImage.name : simMachine.name,
  provider: options.provider ?? 'local',
  inputs: name.startsWith('image.') ? (options.inputs ?? {}) : normaliseObject(simMachine.inputs, { image: 'a', ...options.inputs }),
  flavor: options.flavor === undefined ? null : { name: 'f', plugin: 'simple', config: options.flavor },
  policy: { preventDestroy: false, onDestroy: 'destroy', ignoreChanges: [], ...options.policy },
  dependsOn: (options.dependsOn ?? []) as readonly UnitName[],
  healthTimeoutMs: 300_000,
  update: { ...cautious(300_000), ...options.update },
  heal: options.heal ?? null,
})

export const desired = (units: readonly Unit[], more: Partial<Desired> = {}): Desired => ({
  stack: stackName('lab'),
  providers: [
    { name: 'local', plugin: 'sim', settings: {} },
    { name: 'other', plugin: 'sim', settings: {} },
  ],
  units: units.toSorted((a, b) => (a.name < b.name ? -1 : 1)),
  outputs: [],
  moved: [],
  maxDestroy: { kind: 'share', percent: 30 },
  requires: [],
  ...more,
})

/** A state and a world that agree with each other. */
export interface Standing {
  readonly state: State
  readonly objects: ReadonlyMap<Uid, Observation>
  readonly health?: ReadonlyMap<Uid, Health>
  readonly found?: Observed['found']
  readonly realms?: Observed['realms']
}

export const nothing: Standing = { state: emptyState(stackName('lab')), objects: new Map() }

export const planFor = (wanted: Desired, standing: Standing = nothing, options: Partial<PlanOptions> = {}): Plan => {
  const result = tryPlan(wanted, standing, options)
  if (!result.ok) throw new Error(result.problems.map((problem) => `${problem.code} ${problem.detail}`).join('\n'))
  return result.value
}

export const tryPlan = (
  wanted: Desired,
  standing: Standing,
  options: Partial<PlanOptions> = {},
  known: Catalog = catalog,
): ReturnType<typeof plan> =>
  plan({
    desired: wanted,
    places: new Map(),
    state: standing.state,
    observed: {
      objects: standing.objects,
      found: standing.found ?? [],
      realms:
        standing.realms ??
        new Map([
          ['local', here],
          ['other', here],
        ]),
      health: standing.health ?? new Map(),
    },
    options: { mode: 'normal', targets: [], replace: [], maxDestroy: null, acceptVanished: null, ...options },
    catalog: known,
    hash,
    tool: 0,
  })

/** What a flawless apply of the plan would leave behind. */
export const applied = (done: Plan, before: Standing): Standing => {
  const objects = new Map(before.objects)
  const entries: JournalEntry[] = [{ kind: 'founded', lineage: ours, stack: done.stack, at: 0 }]
  entries.push({ kind: 'run-began', plan: done.id, at: 0, command: 'apply', config: '' })
  for (const [id, context] of Object.entries(done.contexts)) entries.push({ kind: 'context', id: id as Row['context'], context })
  for (const { uid: of, to, context } of done.renamed) entries.push({ kind: 'moved', uid: of, to, context })
  let generation = before.state.generation
  for (const change of done.changes) entries.push(...outcome(change, done, objects, () => ++generation))
  entries.push({
    kind: 'outputs',
    values: Object.fromEntries(done.outputs.flatMap(({ name, after }) => (after !== undefined && isKnown(after) ? [[name, after]] : []))),
  })
  const start = before.state.serial
  return {
    ...before,
    objects,
    state: foldAll(
      before.state,
      entries.map((entry, index) => ({ seq: start + index + 1, entry })),
    ),
  }
}

const outcome = (change: Change, done: Plan, objects: Map<Uid, Observation>, next: () => number): readonly JournalEntry[] => {
  switch (change.action) {
    case 'keep':
    case 'import':
      return []
    case 'create':
      return made(change, { done, objects, generation: next(), old: change.replaces })
    case 'replace':
      objects.delete(change.uid)
      return made(change, { done, objects, generation: next(), old: change.uid })
    case 'update':
    case 'restart':
      objects.set(change.uid, present(change.address, change.type, change.inputs))
      return [{ kind: 'applied', uid: change.uid, ...success(change, done) }]
    case 'delete':
      objects.set(change.uid, { kind: 'absent' })
      return [{ kind: 'gone', uid: change.uid, plan: done.id, step: stepId('delete', change.address), at: 0 }]
    case 'release':
      return [{ kind: 'released', uid: change.uid, why: change.why }]
    case 'forget':
      return [{ kind: 'forgotten', uid: change.uid }]
    default:
      return change satisfies never
  }
}

type Making = Extract<Change, { action: 'create' | 'replace' | 'update' | 'restart' }>

const success = (change: Making, done: Plan) =>
  ({
    plan: done.id,
    step: stepId('create', change.address),
    at: 0,
    id: remoteId(change.address),
    inputs: change.inputs,
    outputs: outputsOf(change.address),
    specDigest: specDigest(change.inputs, hash),
    resolved: {},
    context: change.context,
    typeVersion: 1,
  }) as const

const made = (
  change: Making,
  {
    done,
    objects,
    generation,
    old,
  }: { readonly done: Plan; readonly objects: Map<Uid, Observation>; readonly generation: number; readonly old: Uid | null },
): readonly JournalEntry[] => {
  const id = uid(`uid-${generation}`)
  objects.set(id, present(change.address, change.type, change.inputs))
  const began = {
    verb: 'create',
    plan: done.id,
    step: stepId('create', change.address),
    at: 0,
    handle: null,
    inputs: change.inputs,
    context: change.context,
  } as const
  return [
    ...(old === null ? [] : [{ kind: 'gone', uid: old, plan: done.id, step: stepId('delete', change.address), at: 0 } as const]),
    {
      kind: 'create-began',
      uid: id,
      generation,
      address: change.address,
      type: change.type,
      typeVersion: 1,
      realm: here,
      specDigest: '',
      began,
    },
    { kind: 'applied', uid: id, ...success(change, done) },
  ]
}

const outputsOf = (address: Address): PlainMap => ({ ip: `ip-of-${address}`, url: `http://${address}` })

/** A standing object that shows everything but what goes inside. */
export const present = (address: Address, type: Row['type'], inputs: ValueMap): Observation => {
  const known = findType(catalog, type)
  const shown = Object.entries(inputs).filter(([key, value]) => isKnown(value) && key !== 'init' && key !== 'password')
  return {
    kind: 'present',
    id: remoteId(address),
    inputs: normaliseObject(known?.inputs ?? simMachine.inputs, Object.fromEntries(shown)) as PlainMap,
    outputs: outputsOf(address),
    status: { kind: 'running' },
  }
}

/** What stands after the configuration was applied to nothing. */
export const built = (wanted: Desired): Standing => applied(planFor(wanted), nothing)

/** The same world with one object seen differently. */
export const seeing = (standing: Standing, address: string, change: (seen: Observation) => Observation): Standing => {
  const row = [...standing.state.rows.values()].find((each) => each.address === address)
  if (row === undefined) throw new Error(`nothing at ${address}`)
  const seen = standing.objects.get(row.uid) ?? { kind: 'absent' }
  return { ...standing, objects: new Map([...standing.objects, [row.uid, change(seen)]]) }
}

/** `create group.web/1 (new)` for every change but the kept ones. */
export const summary = (done: Plan): readonly string[] =>
  done.changes.flatMap((change) => (change.action === 'keep' ? [] : [`${change.action} ${change.address} (${change.reason.kind})`]))
