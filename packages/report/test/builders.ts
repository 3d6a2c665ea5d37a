import type {
  Address,
  Catalog,
  Change,
  Diagnostic,
  FieldChange,
  Gate,
  ObjectSchema,
  Plan,
  Reason,
  Step,
  Unit,
  UnitName,
  Value,
  ValueMap,
} from '@forgeplan/model'
import {
  cautious,
  contextId,
  groupUnit,
  late,
  lineage,
  memberAddress,
  object,
  planId,
  stackName,
  stepId,
  typeName,
  uid,
} from '@forgeplan/model'

export const machine = typeName('hyperkit', 'machine')
export const disk = typeName('hyperkit', 'disk')
export const web = groupUnit('web')
export const secret = (name: string, digest: string | null): Value => late({ kind: 'secret', source: `env:${name}`, digest })
export const output = (of: string, ...path: string[]): Value => late({ kind: 'output', of: of as Address, path })
export const member = (field: 'id' | 'ordinal' | 'name'): Value => late({ kind: 'member', field })
export const concat = (...args: readonly Value[]): Value => late({ kind: 'call', fn: 'concat', args })

const inputs: ObjectSchema = object({
  cpus: { schema: { kind: 'integer' }, doc: 'Processors.' },
  memory: { schema: { kind: 'size' }, doc: 'Memory.' },
  boot: { schema: { kind: 'duration' }, doc: 'Time to boot.' },
  init: { schema: { kind: 'string' }, doc: 'What it runs.' },
  tags: { schema: { kind: 'map', of: { kind: 'string' } }, doc: 'Tags.' },
  token: { schema: { kind: 'secret' }, doc: 'A secret.' },
  port: { schema: { kind: 'integer' }, doc: 'A port.' },
  disks: {
    schema: {
      kind: 'list',
      key: 'name',
      of: object({ name: { schema: { kind: 'string' }, doc: '' }, size: { schema: { kind: 'size' }, doc: '' } }),
    },
    doc: 'Disks.',
  },
})

/** A catalog that knows `hyperkit/machine` and no other type. */
export const catalog: Catalog = {
  providers: new Map([
    [
      'hyperkit',
      {
        name: 'hyperkit',
        doc: '',
        settings: object({}),
        machine,
        types: [{ name: machine, doc: '', version: 1, inputs, outputs: object({}), guest: 'none', effect: () => 'live' }],
      },
    ],
  ]),
  flavors: new Map(),
  images: new Map(),
}

export const at = (unit: UnitName, id: number | string): Address => memberAddress(unit, String(id))
export const ids = (from: number, to: number): readonly number[] => Array.from({ length: to - from + 1 }, (_, i) => from + i)

export const basic: ValueMap = { cpus: 2, memory: 4 * 2 ** 30, boot: 60_000, init: 'echo hello\necho world\n' }

export const keep = (address: Address): Change => ({ action: 'keep', address, type: machine, uid: uid(`u-${address}`) })
export const create = (address: Address, reason: Reason = { kind: 'new' }, of: ValueMap = basic): Change => ({
  action: 'create',
  address,
  type: machine,
  reason,
  inputs: of,
  context: contextId('c'),
  resumes: null,
  replaces: null,
})
export const remove = (address: Address, reason: Reason): Change => ({
  action: 'delete',
  address,
  type: machine,
  reason,
  uid: uid(`u-${address}`),
})

export const field = (name: string, before: Value | undefined, after: Value | undefined, more: Partial<FieldChange> = {}): FieldChange => ({
  field: name,
  before,
  after,
  effect: 'live',
  released: false,
  uncertain: false,
  drifted: false,
  ...more,
})

export const alter = (
  action: 'update' | 'restart' | 'replace',
  address: Address,
  fields: readonly FieldChange[],
  reason: Reason = { kind: 'configured', fields: fields.map((change) => change.field) },
): Change => ({ action, address, type: machine, reason, uid: uid(`u-${address}`), inputs: basic, context: contextId('c'), fields })

export const gate = (unit: UnitName, members: readonly Address[], more: Partial<Gate> = {}): Step => ({
  id: stepId('gate', `${unit}#${members.length}`),
  kind: 'gate',
  after: [],
  gate: { unit, members, failures: 0, alive: null, pass: { kind: 'holdFor', ms: 0 }, deadlineMs: 300_000, ask: false, ...more },
})

export const step = (kind: 'create' | 'delete' | 'update' | 'restart' | 'drain', address: Address, ...after: readonly Step[]): Step => ({
  id: stepId(kind, address),
  kind,
  address,
  after: after.map((before) => before.id),
})

export const unit = (name: UnitName, of: ValueMap = basic, size = 3): Unit => ({
  name,
  shape: { kind: 'sized', size },
  type: machine,
  provider: 'local',
  inputs: of,
  flavor: null,
  policy: { preventDestroy: false, onDestroy: 'destroy', ignoreChanges: [] },
  dependsOn: [],
  healthTimeoutMs: 300_000,
  update: cautious(300_000),
  heal: null,
})

export const plan = (more: Partial<Plan>, units: readonly Unit[] = []): Plan => ({
  format: 1,
  tool: 0,
  id: planId('9c1f2ab47d10'.padEnd(64, '0')),
  stack: stackName('lab'),
  lineage: lineage('0f8fad5b-d9cb-469f-a165-70867728950e'),
  mode: 'normal',
  targets: [],
  desired: {
    stack: stackName('lab'),
    providers: [],
    units,
    outputs: [],
    moved: [],
    maxDestroy: { kind: 'share', percent: 30 },
    requires: [],
  },
  realms: {},
  contexts: {},
  renamed: [],
  changes: [],
  steps: [],
  rolls: [],
  outputs: [],
  risks: [],
  refusals: [],
  lifts: [],
  basis: [],
  warnings: [],
  ...more,
})

export const warning = (summary: string, address?: Address): Diagnostic => ({
  severity: 'warning',
  code: 'FORGE1001',
  summary,
  detail: 'A sentence about it.',
  ...(address === undefined ? {} : { address }),
})
