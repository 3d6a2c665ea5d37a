import type { Heal, Policy, Shape, Update, Value, ValueMap } from '@forgeplan/model'
import { cautious } from '@forgeplan/model'
import type { Scene } from '../expression/scene.ts'
import { entriesOf } from '../tree.ts'
import { healShape } from '../update-shape.ts'
import type { Block } from './fields.ts'
import { decodeField } from './fields.ts'
import { checkUpdate } from './update-rules.ts'

/** `shape` is undefined where it was reported. */
export interface Updated {
  readonly shape: Shape | undefined
  readonly healthTimeoutMs: number
}

/** How a unit's members are changed, with every default filled in; contradictions are reported. */
export const decodeUpdate = (block: Block, unit: Updated, scene: Scene): Update => {
  const entry = block.node.entries.get('update')
  const given = mapOf(decodeField(block, 'update', scene))
  if (entry === undefined || given === undefined) return cautious(unit.healthTimeoutMs)
  const update = updateOf(given, unit.healthTimeoutMs)
  // A key that was reported left its default behind, about which nothing shall be said.
  const whole = entriesOf(entry.value).every(({ key }) => Object.hasOwn(given, key))
  if (whole) checkUpdate({ entry, given, update, path: `${block.path}.update`, byIds: unit.shape?.kind === 'ids' }, scene.problems)
  return update
}

/** After which looks a unit's unwell members are replaced; null: never. */
export const decodeHeal = (block: Block, scene: Scene): Heal | null => {
  const given = mapOf(decodeField(block, 'healUnhealthy', scene))
  if (given === undefined) return null
  const { checks, interval } = healShape.fields
  return {
    checks: numberOr(given['checks'], Number(checks?.default)),
    intervalMs: numberOr(given['interval'], Number(interval?.default)),
  }
}

/** What a unit's policy says beside the policy blocks. */
export const decodeQuorum = (block: Block, scene: Scene): Pick<Policy, 'quorum'> =>
  decodeField(block, 'quorum', scene) === 'majority' ? { quorum: 'majority' } : {}

const updateOf = (given: ValueMap, healthTimeoutMs: number): Update => {
  const number = (key: string, otherwise: number): number => numberOr(given[key], otherwise)
  const base = cautious(number('timeout', healthTimeoutMs))
  const createFirst = given['order'] === 'create-first' || (given['order'] === undefined && number('maxSurge', 0) > 0)
  const batch = number('batch', base.batch)
  const maxFailures = number('maxFailures', base.maxFailures)
  return {
    ...base,
    order: createFirst ? 'create-first' : 'delete-first',
    batch,
    maxUnavailable: number('maxUnavailable', maxFailures + (createFirst ? 0 : batch)),
    maxSurge: number('maxSurge', createFirst ? batch : 0),
    canary: number('canary', base.canary),
    pass: passOf(given),
    maxFailures,
    skipDrain: given['skipDrain'] === true,
  }
}

const passOf = ({ healthyFor, checks, interval }: ValueMap): Update['pass'] =>
  typeof healthyFor === 'number'
    ? { kind: 'holdFor', ms: healthyFor }
    : { kind: 'checks', checks: numberOr(checks, 1), intervalMs: numberOr(interval, 1000) }

const numberOr = (value: Value | undefined, otherwise: number): number => (typeof value === 'number' ? value : otherwise)

// Late values were refused: everything in it is known.
const mapOf = (value: Value | undefined): ValueMap | undefined =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as ValueMap) : undefined
