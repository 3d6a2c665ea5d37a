import type { Shape, Span, Unit, Value } from '@forgeplan/model'
import { canonicalJson, isKnown } from '@forgeplan/model'
import type { Problems } from '../problems.ts'
import { entryOf } from '../tree.ts'
import { entryNamed } from '../values/spellings.ts'
import type { UnitSource } from './unit-heads.ts'

/** A unit that was read, and where it stands. */
export interface Placed {
  readonly source: UnitSource
  readonly unit: Unit
}

interface Holder {
  readonly unit: Unit
  readonly span: Span
}

/** Reports values that are known now, that several machines would hold, and that only one may hold at a time. */
export const reportShared = (placed: readonly Placed[], problems: Problems): void => {
  const holders = new Map<string, Holder>()
  for (const { source, unit } of placed)
    for (const { field, value, span } of exclusiveValues(source, unit)) {
      const key = canonicalJson([unit.provider, unit.type, field, value])
      const other = holders.get(key)
      if (membersOf(unit.shape) > 1)
        problems.error('FORGE3007', span, () => `Every member of ${unit.name} would hold the same ${field}, ${rule}`)
      else if (other !== undefined) {
        const related = [{ span: other.span, label: 'first used here' }]
        problems.error('FORGE3007', span, () => `${other.unit.name} and ${unit.name} would hold the same ${field}, ${rule}`, related)
      } else holders.set(key, { unit, span })
    }
}

const rule = 'which only one object may hold at a time. Give each its own; in a group for example ${var.base + member.ordinal}.'

interface Claim {
  readonly field: string
  readonly value: Value
  readonly span: Span
}

const exclusiveValues = ({ node, head }: UnitSource, { inputs, shape }: Unit): readonly Claim[] =>
  (head.type?.exclusive ?? []).flatMap((field) => {
    const machine = entryOf(node, 'instance')?.value
    const entry = machine?.kind === 'map' && head.type !== undefined ? entryNamed(head.type.inputs, machine, field) : undefined
    const value = inputs[field]
    const isClaimed = entry !== undefined && value !== undefined && value !== null && isKnown(value) && membersOf(shape) > 0
    return isClaimed ? [{ field, value, span: entry.value.span }] : []
  })

const membersOf = (shape: Shape): number => {
  switch (shape.kind) {
    case 'single':
    case 'versions':
      return 1
    case 'sized':
      return shape.size
    case 'ids':
      return shape.ids.length
    default:
      return shape satisfies never
  }
}
