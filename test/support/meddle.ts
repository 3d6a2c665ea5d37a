import type { World, WorldEdit } from '@forgeplan/testkit'
import { doEdit, genuineMark } from '@forgeplan/testkit'

/**
 * Other people at work. Who clones a machine, or takes one out of its place, gives it another port: while a stranger
 * holds a port, nobody could make what the file wants.
 */
export const meddle = (world: World, edits: readonly WorldEdit[]): void => {
  for (const edit of edits) doEdit(world, edit)
  const strangers = world.objects().filter((object) => genuineMark(object) === undefined || object.where !== '/')
  for (const { id, inputs } of strangers) if (inputs['port'] !== undefined) world.editInput(id, 'port', null)
}
