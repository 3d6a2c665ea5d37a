import type { Scene } from '../expression/scene.ts'
import { zones } from '../names.ts'
import { rootShape } from '../shape.ts'
import type { MapNode } from '../tree.ts'
import { quote } from '../wording.ts'
import { decodeField } from './fields.ts'

/** The stack's name, which may use variables and the environment but not itself. */
export const decodeStack = (root: MapNode, scene: Scene): string | undefined => {
  const value = decodeField({ shape: rootShape, node: root, path: '' }, 'stack', { ...scene, zone: zones.known })
  return typeof value === 'string' ? value : undefined
}

/** Reports an environment name that cannot stand in a stack's name. */
export const checkEnvironment = (scene: Scene): void => {
  const name = scene.names.inputs.environmentName
  if (name === undefined || /^[a-z0-9][a-z0-9-]{0,62}$/.test(name)) return
  scene.problems.error(
    'FORGE2030',
    undefined,
    () => `--env ${quote(name)} cannot be used. Use 1 to 63 lower-case letters, digits and hyphens.`,
  )
}
