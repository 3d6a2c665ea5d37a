import type { PlainMap, RemoteId } from '@forgeplan/model'
import { memberOf, unitOf } from '@forgeplan/model'
import type { Target, Verb } from '@forgeplan/sdk'
import { ProviderError } from '@forgeplan/sdk'
import { diskType, machineType } from './sim-types.ts'
import type { World } from './world.ts'
import type { WorldObject } from './world-object.ts'
import { genuineMark } from './oracle.ts'
import type { View } from './sim-sight.ts'

/** What is different between the types of the simulated world. */
export interface SimKind {
  readonly prefix: string
  outputs(id: RemoteId, world: World): PlainMap
  /** @throws ProviderError `invalid` when the platform cannot make this change with that verb. */
  check(before: WorldObject, after: PlainMap, verb: Verb): void
}

export const machineKind: SimKind = {
  prefix: 'm',
  outputs: (id, world) => ({ id, ip: ipOf(id), url: `sim://${encodeURIComponent(world.name)}/${id}` }),
  check: checkMachine,
}

export const diskKind: SimKind = {
  prefix: 'd',
  outputs: (id) => ({ path: `/disks/${id}` }),
  check: (before, after) => {
    if (Number(after['size']) < Number(before.inputs['size'])) throw new ProviderError('invalid', 'A disk cannot shrink.')
  },
}

function checkMachine(before: WorldObject, after: PlainMap, verb: Verb): void {
  if (after['image'] !== before.inputs['image']) throw new ProviderError('invalid', 'The image of a standing machine cannot be changed.')
  if (verb !== 'update' || before.status.kind === 'stopped') return
  const shrinks = Number(after['cpus']) < Number(before.inputs['cpus'])
  if (shrinks || after['memory'] !== before.inputs['memory'] || after['port'] !== before.inputs['port'])
    throw new ProviderError('invalid', 'That field of a running machine cannot be changed without a restart.')
}

const ipOf = (id: RemoteId): string => {
  const number = Number(id.slice(id.indexOf('-') + 1))
  return `10.${(number >> 16) & 255}.${(number >> 8) & 255}.${number & 255}`
}

/** The name of a new object. @throws ProviderError `conflict` when somebody else's object has it. */
export const nameFor = (view: View, target: Target, desired: PlainMap): string => {
  const plain = typeof desired['name'] === 'string' ? desired['name'] : defaultName(target)
  const holders = [...view.world.index.byName(view.type, plain), ...underWay(view, plain)].filter((other) => other.uid !== target.uid)
  if (holders.length === 0) return plain
  // An object of ours that was moved or released in forge keeps its name on the platform, and for a while the old address
  // in its mark, so whoever takes that address needs another name. Twins are the oracle's affair, not this name's.
  const ours = holders.every((other) => genuineMark(other)?.lineage === target.mark.lineage)
  if (ours && desired['name'] === undefined) return `${plain}-g${target.mark.generation}`
  throw new ProviderError('conflict', `The name ${plain} is taken.`)
}

const underWay = (view: View, name: string): readonly WorldObject[] =>
  view.world
    .tasks()
    .map((task) => task.object)
    .filter((object) => object.type === view.type && object.name === name)

const defaultName = (target: Target): string => {
  const unit = unitOf(target.address)
  const parts = [target.mark.stack, unit.slice(unit.indexOf('.') + 1), memberOf(target.address)]
  const own = target.type === machineType ? [] : [target.address.slice(target.address.lastIndexOf('/') + 1)]
  return [...parts.filter((part) => part !== undefined), ...own].join('-').replaceAll('/', '-')
}

/** @throws ProviderError `conflict` when another machine holds the port. */
export const checkPort = (view: View, target: Target, desired: PlainMap): void => {
  const port = desired['port']
  if (typeof port !== 'number' || view.type !== machineType) return
  if (view.world.index.byPort(port).some((other) => other.uid !== target.uid))
    throw new ProviderError('conflict', `Port ${port} is in use.`)
}

/** The disks that stand at the machine's parts. */
export const disksOf = (view: View, target: Target): readonly RemoteId[] => {
  const prefix = `disk.${target.address.slice(target.address.indexOf('.') + 1)}/`
  if (view.type !== machineType) return []
  return view.world
    .objects()
    .filter((object) => object.type === diskType && genuineMark(object)?.address.startsWith(prefix) === true)
    .filter((object) => genuineMark(object)?.lineage === target.mark.lineage)
    .map((object) => object.id)
}
