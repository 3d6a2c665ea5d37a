import type { Address, Plain, Row, State } from '@forgeplan/model'
import { canonicalJson, compareText, isMap } from '@forgeplan/model'
import type { World, WorldObject } from '@forgeplan/testkit'
import { genuineMark } from '@forgeplan/testkit'

/** One object by what it is, without what differs from run to run: ids, uids, times. */
export interface ShapeOfObject {
  readonly place: string
  readonly type: string
  readonly inputs: Plain
  readonly delivered: Plain
  readonly status: string
  readonly attached: readonly string[]
}

/**
 * The world as a value that two runs can be compared by: every object under the address that its row gives it, every
 * other one under what it is. Outputs inside of inputs are written as the address that they belong to.
 */
export const shapeOf = (world: World, state: State): readonly ShapeOfObject[] => {
  const objects = [...world.objects(), ...world.tasks().map(({ object }) => object)]
  const places = new Map(objects.map((object) => [object.id, placeOf(object, state.rows.get(object.uid))]))
  const names = new Map(objects.flatMap((object) => Object.values(object.outputs).map((text) => [text, places.get(object.id) as string])))
  return objects
    .map((object) => ({
      place: places.get(object.id) as string,
      type: object.type,
      inputs: renamed(object.inputs, names),
      delivered: renamed(object.delivered, names),
      status: object.status.kind,
      attached: object.attached.map((id) => places.get(id as never) ?? 'nothing').toSorted(compareText),
    }))
    .toSorted((a, b) => compareText(canonicalJson(a as never), canonicalJson(b as never)))
}

const placeOf = (object: WorldObject, row: Row | undefined): string => {
  const mark = genuineMark(object)
  if (mark === undefined) return 'a stranger'
  if (row === undefined) return `an orphan of ${mark.address}`
  return row.phase.kind === 'released' ? `${row.phase.why} ${row.address}` : row.address
}

const renamed = (value: Plain, names: ReadonlyMap<Plain, string>): Plain => {
  if (Array.isArray(value)) return value.map((item: Plain) => renamed(item, names))
  if (isMap(value)) return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, renamed(item as Plain, names)]))
  return names.get(value) ?? value
}

/** The addresses of the standing objects, with how many stand there. */
export const census = (world: World, state: State): ReadonlyMap<Address, number> => {
  const counts = new Map<Address, number>()
  for (const { place } of shapeOf(world, state)) counts.set(place as Address, (counts.get(place as Address) ?? 0) + 1)
  return counts
}
