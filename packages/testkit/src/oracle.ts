import type { Address, Lineage, Mark, State, Uid } from '@forgeplan/model'
import { parseMark } from '@forgeplan/model'
import type { World } from './world.ts'
import type { WorldObject } from './world-object.ts'

/** The mark of an object, if it is the object's own: a copy's or a forged one does not count. */
export const genuineMark = (object: WorldObject): Mark | undefined => {
  const mark = parseMark(object.mark)
  return mark !== undefined && mark.uid === object.uid ? mark : undefined
}

/** Objects (and creations under way) that carry this state's lineage and are claimed by none of its rows. */
export const orphans = (world: World, state: State): readonly WorldObject[] =>
  everything(world).filter((object) => genuineMark(object)?.lineage === state.lineage && !state.rows.has(object.uid))

/**
 * Objects that exist more than once: the same identity, or the same address of one lineage. Without a state the
 * address is the mark's hint, which is stale after a move; with one, rows tell it, and released ones hold none.
 */
export const twins = (world: World, state?: State): readonly (readonly WorldObject[])[] => {
  const marked = everything(world).filter((object) => genuineMark(object) !== undefined)
  const places = grouped(marked, (object) => placeOf(object, state))
  return [...grouped(everything(world), (object) => object.uid), ...places].filter((same) => same.length > 1)
}

/** Rows of live objects for which nothing stands in the world. */
export const ghosts = (world: World, state: State): readonly Address[] => {
  const standing = new Set<Uid>(everything(world).map((object) => object.uid))
  return [...state.rows.values()].filter((row) => row.phase.kind === 'live' && !standing.has(row.uid)).map((row) => row.address)
}

/** The genuine objects of one lineage, by the address in their mark. */
export const standing = (world: World, lineage: Lineage): ReadonlyMap<Address, WorldObject> =>
  new Map(
    world.objects().flatMap((object) => {
      const mark = genuineMark(object)
      return mark?.lineage === lineage ? [[mark.address, object] as const] : []
    }),
  )

const everything = (world: World): readonly WorldObject[] => [...world.objects(), ...world.tasks().map((task) => task.object)]

const placeOf = (object: WorldObject, state: State | undefined): string | undefined => {
  const mark = genuineMark(object) as Mark
  const row = state?.rows.get(object.uid)
  if (row?.phase.kind === 'released') return undefined
  return `${mark.lineage} ${row?.address ?? mark.address}`
}

const grouped = (
  objects: readonly WorldObject[],
  keyOf: (object: WorldObject) => string | undefined,
): readonly (readonly WorldObject[])[] => {
  const groups = new Map<string, WorldObject[]>()
  for (const object of objects) {
    const key = keyOf(object)
    if (key !== undefined) groups.set(key, [...(groups.get(key) ?? []), object])
  }
  return [...groups.values()]
}
