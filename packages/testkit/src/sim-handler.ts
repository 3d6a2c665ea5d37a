import type { Diagnostic, Observation, Uid } from '@forgeplan/model'
import { parseMark } from '@forgeplan/model'
import type { Call, Handler, Target, Wanted } from '@forgeplan/sdk'
import { fitsName, ProviderError } from '@forgeplan/sdk'
import { genuineMark } from './oracle.ts'
import { apply, mine, remove, settled } from './sim-apply.ts'
import { machineGuest } from './sim-guest.ts'
import type { SimKind } from './sim-kind.ts'
import type { View } from './sim-sight.ts'
import { found, observation, sight, visible } from './sim-sight.ts'
import { machineType } from './sim-types.ts'
import type { LoggedCall } from './world-object.ts'
import { outputsOf } from './world-object.ts'

/** The effects of one type of the simulated world. */
export const simHandler = (view: View, kind: SimKind): Handler => ({
  observe: async (targets, call) => {
    enter(view, call, { method: 'observe' })
    return new Map<Uid, Observation>(targets.map((target) => [target.uid, observation(sight(view, target))]))
  },
  async *list(stack, call) {
    enter(view, call, { method: 'list' })
    for (const object of visible(view)) {
      const mark = parseMark(object.mark)
      if (mark !== undefined && mark.stack === stack) yield found(object, mark)
    }
  },
  apply: async (verb, target, desired, _seen, call) => {
    enter(view, call, { method: 'apply', target, verb })
    return apply(view, kind, { verb, target, desired }, call)
  },
  delete: async (target, _seen, call) => {
    enter(view, call, { method: 'delete', target })
    await remove(view, target, call)
  },
  mark: async (target, mark, call) => {
    enter(view, call, { method: 'mark', target })
    const seen = await settled(view, target, call)
    if (seen.kind !== 'nothing') return view.world.writeMark(mine(seen).id, mark === null ? null : { ...mark })
    if (mark !== null) throw new ProviderError('conflict', 'There is nothing to mark: the object does not exist.')
  },
  preflight: async (wanted, call) => {
    enter(view, call, { method: 'preflight' })
    return view.type === machineType ? roomFor(view, wanted) : []
  },
  async *find(query, call) {
    enter(view, call, { method: 'find' })
    for (const object of visible(view))
      if (
        (query.id ?? object.id) === object.id &&
        fitsName(query.name ?? '*', object.name) &&
        (query.folder ?? object.where) === object.where
      )
        yield { id: object.id, uid: object.uid, name: object.name, inputs: object.inputs, outputs: outputsOf(object) }
  },
  findsBy: ['folder'],
  ...(view.type === machineType ? machineOnly(view) : {}),
})

// A machine that is wanted at the address of one that stands takes its place.
const roomFor = ({ world }: View, wanted: readonly Wanted[]): readonly Diagnostic[] => {
  const addresses = new Set<string>(wanted.map(({ address }) => address))
  const staying = world.objects().filter((object) => {
    const address = genuineMark(object)?.address
    return object.type === machineType && (address === undefined || !addresses.has(address))
  })
  const { capacity } = world
  if (capacity === null || staying.length + addresses.size <= capacity) return []
  const detail = `${addresses.size} machines are wanted beside ${staying.length} others, and only ${capacity} fit.`
  return [{ severity: 'error', code: 'FORGE5011', summary: 'There is no room for the machines', detail }]
}

const machineOnly = (view: View): Partial<Handler> => ({
  detach: async (target, part, call) => {
    enter(view, call, { method: 'detach', target })
    const seen = await settled(view, target, call)
    if (seen.kind === 'nothing') return
    const object = mine(seen)
    const disks = view.world.index.byUid(part.uid).map((disk) => disk.id)
    view.world.edit(object.id, { attached: object.attached.filter((id) => !disks.includes(id)) })
  },
  guest: async (target, _seen, call) => {
    enter(view, call, { method: 'guest', target })
    const seen = sight(view, target)
    if (seen.kind === 'nothing') throw new ProviderError('conflict', 'There is no machine to look into.')
    return machineGuest(view.world, mine(seen).id)
  },
})

interface Entering {
  readonly method: LoggedCall['method']
  readonly target?: Target
  readonly verb?: string
}

const mutating: readonly LoggedCall['method'][] = ['apply', 'delete', 'mark', 'detach']

/** What every call begins with. @throws ProviderError `transient` on a lost connection; the signal's reason when it is aborted. */
const enter = (view: View, call: Call, { method, target, verb }: Entering): void => {
  call.signal.throwIfAborted()
  if (!view.world.reachable) throw new ProviderError('transient', 'The connection to the simulated world was lost.')
  view.world.settle(call.now())
  view.world.logCall({
    method,
    uid: target?.uid ?? null,
    address: target?.address ?? null,
    verb: verb ?? null,
    mutating: mutating.includes(method),
    at: call.now(),
  })
}
