import type { Found, Mark, Observation, PlainMap, TypeName } from '@forgeplan/model'
import { parseMark } from '@forgeplan/model'
import type { Target } from '@forgeplan/sdk'
import { genuineMark } from './oracle.ts'
import type { World } from './world.ts'
import type { WorldObject, WorldTask } from './world-object.ts'
import { home, outputsOf } from './world-object.ts'

/** How long the platform promises that a creation takes at most, milliseconds. */
export const creationLimitMs = 600_000

/** A world as one login sees it, for one type of objects. */
export interface View {
  readonly world: World
  readonly login: string | null
  readonly type: TypeName
}

/** What a target's look found: nothing, something under way, no permission, or an object and whether it is the target's. */
export type Sight =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'running'; readonly task: WorldTask }
  | { readonly kind: 'hidden' }
  /** `unmarked`: its identity is the target's and nobody has written a mark. */
  | { readonly kind: 'own' | 'unmarked'; readonly object: WorldObject }
  | { readonly kind: 'copy' | 'foreign'; readonly object: WorldObject; readonly mark: Mark }

/** Looks for a target by handle, identity and id, in this order; absence counts only when all three say so. */
export const sight = (view: View, target: Target): Sight => {
  const task = view.world.tasks().find((one) => one.handle === target.handle)
  if (task !== undefined) return { kind: 'running', task }
  const own = view.world.index.byUid(target.uid).find((object) => object.type === view.type)
  if (own !== undefined) return view.world.isHidden(view.login, own.id) ? unseen(target, own) : judged(own, target)
  return target.id === null ? unnamed(view, target) : byId(view, target)
}

// A hidden object cannot be found by its identity, only its id tells that there is something.
const unseen = (target: Target, own: WorldObject): Sight => (target.id === own.id ? { kind: 'hidden' } : { kind: 'nothing' })

const judged = (object: WorldObject, target: Target): Sight => {
  const mark = parseMark(object.mark)
  if (mark === undefined) return { kind: 'unmarked', object }
  if (mark.uid !== object.uid) return { kind: 'copy', object, mark }
  return mark.lineage === target.mark.lineage ? { kind: 'own', object } : { kind: 'foreign', object, mark }
}

const byId = (view: View, target: Target): Sight => {
  const object = target.id === null ? undefined : view.world.index.get(target.id)
  if (object === undefined || object.type !== view.type) return { kind: 'nothing' }
  if (view.world.isHidden(view.login, object.id)) return { kind: 'hidden' }
  const mark = parseMark(object.mark)
  return mark?.uid === target.uid ? { kind: 'copy', object, mark } : { kind: 'nothing' }
}

// A running creation names only its kind: any that was begun since then may be ours.
const unnamed = (view: View, target: Target): Sight => {
  const { begunAt, making } = target
  if (begunAt === null || !making) return { kind: 'nothing' }
  const task = view.world.tasks().find((one) => one.object.type === view.type && one.since >= begunAt)
  return task === undefined ? { kind: 'nothing' } : { kind: 'running', task }
}

/** The contract's word for what was seen. */
export const observation = (seen: Sight): Observation => {
  switch (seen.kind) {
    case 'nothing':
      return { kind: 'absent' }
    case 'running':
      return { kind: 'pending', since: seen.task.since, deadline: seen.task.since + creationLimitMs, handle: seen.task.handle }
    case 'hidden':
      return { kind: 'unreadable', lastSeen: null, why: 'This login has no permission to see the object.' }
    case 'own':
    case 'unmarked':
      return standing(seen.object)
    case 'copy':
      return { kind: 'copy', id: seen.object.id, of: seen.mark.uid }
    case 'foreign':
      return { kind: 'foreign', id: seen.object.id, lineage: seen.mark.lineage }
    default:
      return seen satisfies never
  }
}

const standing = (object: WorldObject): Observation =>
  object.where === home
    ? { kind: 'present', id: object.id, inputs: object.inputs, outputs: outputsOf(object), status: object.status }
    : { kind: 'detached', id: object.id, where: object.where }

/** What a sweep says of an object that carries a mark. */
export const found = (object: WorldObject, mark: Mark): Found => ({
  type: object.type,
  mark,
  observation: genuineMark(object) === undefined ? { kind: 'copy', id: object.id, of: mark.uid } : standing(object),
})

/** Everything of the type that the login sees. */
export const visible = (view: View): readonly WorldObject[] =>
  view.world.objects().filter((object) => object.type === view.type && !view.world.isHidden(view.login, object.id))

/** The fields of `inputs` without those named. */
export const without = (inputs: PlainMap, fields: readonly string[]): PlainMap =>
  Object.fromEntries(Object.entries(inputs).filter(([field]) => !fields.includes(field)))
