import type { Plain, PlainMap, RemoteId } from '@forgeplan/model'
import { isList, sameValue } from '@forgeplan/model'
import type { Applied, Call, Target, Verb } from '@forgeplan/sdk'
import { ProviderError } from '@forgeplan/sdk'
import { genuineMark } from './oracle.ts'
import type { SimKind } from './sim-kind.ts'
import { checkPort, disksOf, nameFor } from './sim-kind.ts'
import type { Sight, View } from './sim-sight.ts'
import { sight, without } from './sim-sight.ts'
import { unreadableFields } from './sim-types.ts'
import type { WorldObject, WorldTask } from './world-object.ts'
import { home, outputsOf } from './world-object.ts'

/** Observe, ensure, sync. */
export const apply = async (
  view: View,
  kind: SimKind,
  job: { readonly verb: Verb; readonly target: Target; readonly desired: PlainMap },
  call: Call,
): Promise<Applied> => {
  const seen = await settled(view, job.target, call)
  call.signal.throwIfAborted()
  if (seen.kind !== 'nothing') return synced(view, kind, { ...job, object: mine(seen) }, call)
  if (job.verb !== 'create') throw new ProviderError('conflict', 'There is nothing to change: the object does not exist.')
  return created(view, kind, job, call)
}

/** What is seen of the target once no creation that may be its own is under way any more. */
export const settled = async (view: View, target: Target, call: Call): Promise<Sight> => {
  for (;;) {
    view.world.settle(call.now())
    const seen = sight(view, target)
    if (seen.kind !== 'running') return seen
    await ended(view, seen.task, call)
  }
}

const ended = async (view: View, task: WorldTask, call: Call): Promise<void> => {
  while (view.world.tasks().some((one) => one.handle === task.handle)) {
    await call.sleep(Math.max(1, task.endsAt - call.now()))
    view.world.settle(call.now())
  }
}

/** The target's own object. @throws ProviderError `conflict` or `denied` when it is not to be touched. */
export const mine = (seen: Exclude<Sight, { kind: 'nothing' }>): WorldObject => {
  switch (seen.kind) {
    case 'own':
    case 'unmarked':
      return seen.object
    case 'hidden':
      throw new ProviderError('denied', 'This login has no permission to see the object.')
    case 'copy':
      throw new ProviderError('conflict', 'The object carries a mark that is not its own; it is left alone.')
    case 'foreign':
      throw new ProviderError('conflict', `The object belongs to lineage ${seen.mark.lineage}; it is left alone.`)
    case 'running':
      throw new ProviderError('conflict', 'The object is still being created.')
    default:
      return seen satisfies never
  }
}

const created = async (
  view: View,
  kind: SimKind,
  job: { readonly target: Target; readonly desired: PlainMap },
  call: Call,
): Promise<Applied> => {
  const object = newborn(view, kind, job, call.now())
  const ms = view.world.creationMsOf(job.target.uid)
  if (ms === 0) {
    view.world.put(object)
    return { id: object.id, outputs: outputsOf(object) }
  }
  const task = view.world.startCreation(object, call.now(), ms)
  await call.record(task.handle)
  call.progress('The platform is creating it.')
  await ended(view, task, call)
  const seen = await settled(view, job.target, call)
  if (seen.kind === 'nothing') throw new ProviderError('transient', 'The creation ended without an object.')
  return { id: mine(seen).id, outputs: outputsOf(mine(seen)) }
}

const newborn = (
  view: View,
  kind: SimKind,
  { target, desired }: { readonly target: Target; readonly desired: PlainMap },
  now: number,
): WorldObject => {
  const name = nameFor(view, target, desired)
  checkPort(view, target, desired)
  const id = view.world.newId(kind.prefix)
  return {
    id,
    uid: target.uid,
    type: view.type,
    name,
    mark: { ...target.mark },
    inputs: without(desired, unreadableFields),
    delivered: delivered(desired),
    outputs: kind.outputs(id, view.world),
    status: { kind: 'running' },
    where: home,
    createdAt: now,
    startedAt: now,
    health: null,
    attached: disksOf(view, target),
    files: {},
  }
}

const synced = (
  view: View,
  kind: SimKind,
  job: { readonly verb: Verb; readonly target: Target; readonly desired: PlainMap; readonly object: WorldObject },
  call: Call,
): Applied => {
  const { target, desired, object, verb } = job
  kind.check(object, { ...object.inputs, ...desired }, verb)
  checkPort(view, target, desired)
  const starts = verb === 'restart' || (verb === 'create' && object.status.kind === 'stopped')
  const next: WorldObject = {
    ...object,
    ...(typeof desired['name'] === 'string' ? { name: nameFor(view, target, desired) } : {}),
    mark: { ...target.mark } as Plain,
    inputs: { ...object.inputs, ...without(desired, unreadableFields) },
    delivered: { ...object.delivered, ...delivered(desired) },
    attached: [...new Set([...object.attached, ...disksOf(view, target)])].filter((id) => isWantedIn(view, id, desired)),
    ...(starts ? { status: { kind: 'running' }, startedAt: call.now() } : {}),
  }
  if (!sameValue(next, object)) view.world.put(next)
  return { id: object.id, outputs: outputsOf(next) }
}

// A disk that the machine shall no longer have is unplugged; one that somebody else plugged in stays.
const isWantedIn = (view: View, id: RemoteId, { disks }: PlainMap): boolean => {
  const disk = view.world.index.get(id)
  const address = disk === undefined ? undefined : genuineMark(disk)?.address
  const names = isList(disks) ? (disks as readonly PlainMap[]).map(({ name }) => name) : []
  return address === undefined || names.includes(address.slice(address.lastIndexOf('/') + 1))
}

const delivered = (desired: PlainMap): Readonly<Record<string, string>> =>
  Object.fromEntries(unreadableFields.flatMap((field) => (desired[field] === undefined ? [] : [[field, String(desired[field])]])))

/** Gone, or was never there. @throws ProviderError `conflict` when what stands there is not genuinely the target's. */
export const remove = async (view: View, target: Target, call: Call): Promise<void> => {
  const seen = await settled(view, target, call)
  call.signal.throwIfAborted()
  if (seen.kind === 'nothing') return
  if (seen.kind === 'unmarked') throw new ProviderError('conflict', 'The object carries no mark; it is left alone.')
  const object = mine(seen)
  view.world.remove(object.id)
  if (view.world.machineTakesDisks) for (const disk of object.attached) view.world.remove(disk)
}
