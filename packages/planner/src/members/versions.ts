import type { FieldChange, Reason, Row, Unit, VersionShape } from '@forgeplan/model'
import { versionAddress } from '@forgeplan/model'
import type { Held, Roster } from './scale.ts'

/** The wanted version of an image; of the others the newest stay, and those that are in use. */
export const versionsRoster = (unit: Unit, { wanted, keep }: VersionShape, held: Held, inUse: (row: Row) => boolean): Roster => {
  const address = versionAddress(unit.name, wanted)
  const others = held.filter(([at]) => at !== address).toSorted(([, a], [, b]) => b.generation - a.generation)
  const stays = ([, row]: Held[number], age: number): boolean => age < keep - 1 || inUse(row)
  const [newest] = others
  return {
    unit,
    members: [{ address, reason: newest === undefined ? { kind: 'new' } : reasonOf(unit, newest) }],
    leaving: others.filter((one, age) => !stays(one, age)).map(([at, row]) => ({ row, address: at, reason: { kind: 'superseded', keep } })),
    kept: others.filter(stays).map(([at]) => at),
    released: [],
    returned: [],
  }
}

const reasonOf = ({ inputs: { madeOf: after } }: Unit, [before, { inputs }]: Held[number]): Reason => {
  const change = {
    field: 'madeOf',
    before: inputs['madeOf'],
    after,
    effect: 'live',
    released: false,
    uncertain: false,
    drifted: false,
  } as const
  const fields: readonly FieldChange[] = change.before === undefined || after === undefined ? [] : [change]
  return { kind: 'new-version', before, fields }
}
