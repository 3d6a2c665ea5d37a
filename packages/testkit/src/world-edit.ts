import type { RemoteId } from '@forgeplan/model'
import { uid } from '@forgeplan/model'
import { machineType } from './sim-types.ts'
import type { World } from './world.ts'
import { home } from './world-object.ts'

/** Something that people other than forge do; `pick` chooses the machine. */
export interface WorldEdit {
  readonly kind: 'kill' | 'destroy' | 'copy' | 'note' | 'cpus' | 'memory' | 'move-away' | 'forge-mark' | 'unhealthy'
  readonly pick: number
}

/** Does it; a world without machines stays as it is. Returns the id of the machine. */
export const doEdit = (world: World, { kind, pick }: WorldEdit): RemoteId | undefined => {
  const machines = world.objects().filter((object) => object.type === machineType)
  const id = machines[pick % Math.max(1, machines.length)]?.id
  if (id !== undefined) edit(world, kind, id)
  return id
}

const edit = (world: World, kind: WorldEdit['kind'], id: RemoteId): void => {
  switch (kind) {
    case 'kill':
      return world.kill(id)
    case 'destroy':
      return world.destroy(id)
    case 'copy':
      return void world.copy(id)
    case 'note':
      return world.editInput(id, 'note', 'somebody was here')
    case 'cpus':
      return world.editInput(id, 'cpus', 7)
    case 'memory':
      return world.editInput(id, 'memory', 2 ** 29)
    case 'move-away':
      return world.moveAway(id)
    case 'forge-mark':
      return forge(world, id)
    case 'unhealthy':
      return world.setHealth(id, { kind: 'unhealthy', why: 'somebody broke it' })
    default:
      kind satisfies never
  }
}

// A stranger's machine that claims to be this one.
const forge = (world: World, id: RemoteId): void => world.writeMark(makeStranger(world, `stranger-of-${id}`), world.object(id).mark)

/** A machine that somebody made by hand, with an identity of its own and no mark. */
export const makeStranger = (world: World, name: string): RemoteId => {
  const id = world.newId('stranger')
  world.put({
    id,
    uid: uid(`native-${id}`),
    type: machineType,
    name,
    mark: null,
    inputs: { image: 'debian', cpus: 1, memory: 2 ** 30 },
    delivered: {},
    outputs: { id, ip: '10.9.9.9', url: `sim://${encodeURIComponent(world.name)}/${id}` },
    status: { kind: 'running' },
    where: home,
    createdAt: world.time,
    startedAt: world.time,
    health: null,
    attached: [],
    files: {},
  })
  return id
}
