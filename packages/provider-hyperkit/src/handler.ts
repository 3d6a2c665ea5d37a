import type { Found, Mark, StackName, Uid } from '@forgeplan/model'
import { remoteId } from '@forgeplan/model'
import type { Applied, Call, Handler, Query, Target } from '@forgeplan/sdk'
import { fitsName, ProviderError } from '@forgeplan/sdk'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Driver } from './driver.ts'
import { errorCode } from './home/files.ts'
import type { Home } from './home/home.ts'
import { fileNames, homeOf } from './home/home.ts'
import type { Sight } from './home/look.ts'
import { look } from './home/look.ts'
import { markIn } from './home/mark.ts'
import { removeParts, writeMark } from './home/make.ts'
import { removeGone, removeMachine } from './home/stop.ts'
import { machineGuest } from './guest.ts'
import { observeAll, sweep } from './inventory.ts'
import type { MachineInputs, MachineOutputs } from './machine-type.ts'
import { machineType } from './machine-type.ts'
import type { MachineObservation } from './observation.ts'
import { outputsOf, presentOf } from './observation.ts'
import { ownershipOf, ownMachine } from './ownership.ts'
import { preflight } from './preflight.ts'
import { sync } from './sync.ts'

/** Everything that can be done with the machines of one root directory. */
export const machineHandler = (root: string, driver: Driver): Handler<MachineInputs, MachineOutputs> => ({
  observe: (targets, call) => inWords(async () => refineAll(root, driver, await observeAll(root, targets, call.signal))),
  list: (stack, call) => list(root, stack, call),
  apply: (verb, target, desired, _seen, call) =>
    inWords(async () => {
      const home = homeOf(root, target.uid)
      await sync(verb, { home, target, driver, call }, desired)
      return applied(home, target)
    }),
  delete: (target, _seen, call) => inWords(() => remove(homeOf(root, target.uid), target, driver, call)),
  mark: (target, mark, call) => inWords(() => putMark(homeOf(root, target.uid), target, mark, call)),
  preflight: (wanted, call) =>
    inWords(async () => [...(await preflight(root, wanted, call)), ...((await driver.preflight?.(wanted)) ?? [])]),
  find: (query, call) => find(root, query, call),
  ...(driver.hasGuest ? { guest: (target: Target) => inWords(() => machineGuest(homeOf(root, target.uid), target)) } : {}),
})

const refineAll = async (root: string, driver: Driver, seen: Map<Uid, MachineObservation>): Promise<Map<Uid, MachineObservation>> => {
  if (driver.refine === undefined) return seen
  const all = [...seen].map(
    async ([uid, one]) => [uid, one.kind === 'present' ? ((await driver.refine?.(homeOf(root, uid), one)) ?? one) : one] as const,
  )
  return new Map(await Promise.all(all))
}

const applied = async (home: Home, target: Target): Promise<Applied<MachineOutputs>> => {
  const machine = await ownMachine(home, target)
  if (machine === null) throw new ProviderError('conflict', 'The machine was removed while it was being made.')
  return { id: remoteId(home.uid), outputs: outputsOf(machine, home) }
}

const remove = async (home: Home, target: Target, driver: Driver, call: Call): Promise<void> => {
  const machine = await ownMachine(home, target)
  call.signal.throwIfAborted()
  if (machine !== null) await removeMachine(home, driver, call)
  await removeGone(home)
  await removeParts(home)
}

const putMark = async (home: Home, target: Target, mark: Mark | null, call: Call): Promise<void> => {
  const sight = await look(home.directory)
  const unmarked = sight.kind === 'machine' && ownershipOf(sight.mark, home, target) === 'unmarked'
  // A machine without a mark is nobody's: it may be taken in, and there is nothing to take off.
  const machine = unmarked ? sight : await ownMachine(home, target)
  call.signal.throwIfAborted()
  if (mark === null) return rm(join(home.directory, fileNames.mark), { force: true })
  if (machine === null) throw new ProviderError('conflict', 'The machine is gone: its directory does not exist any more.')
  await writeMark(home.directory, mark)
}

async function* list(root: string, stack: StackName, call: Call): AsyncIterable<Found> {
  for (const [home, sight] of await inWords(() => sweep(root, call.signal))) {
    const mark = sight.kind === 'machine' ? sight.mark : sight.kind === 'unreadable' ? await markIn(home.directory) : null
    if (mark?.stack === stack) yield { type: machineType, mark, observation: foundAs(sight, home, mark) }
  }
}

// The name of a directory tells a copy, whatever else of it can be read.
const foundAs = (sight: Sight, home: Home, mark: Mark): MachineObservation => {
  if (mark.uid !== home.uid) return { kind: 'copy', id: remoteId(home.uid), of: mark.uid }
  if (sight.kind === 'machine') return presentOf(sight, home)
  return sight.kind === 'unreadable' ? { kind: 'unreadable', lastSeen: null, why: sight.why } : sight
}

async function* find(root: string, query: Query, call: Call): ReturnType<NonNullable<Handler<MachineInputs, MachineOutputs>['find']>> {
  for (const [home, sight] of await inWords(() => sweep(root, call.signal))) {
    if (sight.kind !== 'machine') continue
    if (query.id !== undefined && query.id !== remoteId(home.uid)) continue
    if (query.name !== undefined && !fitsName(query.name, sight.spec.hostname)) continue
    yield { id: remoteId(home.uid), uid: home.uid, name: sight.spec.hostname, inputs: sight.spec.inputs, outputs: outputsOf(sight, home) }
  }
}

/** Gives the errors of the file system the kind that the engine acts on; file names stay out of the words. */
const inWords = async <T>(work: () => Promise<T>): Promise<T> => {
  try {
    return await work()
  } catch (error) {
    const code = errorCode(error)
    if (code === undefined || error instanceof ProviderError) throw error
    const kind = denied.has(code) ? 'denied' : transient.has(code) ? 'transient' : 'internal'
    const words = full.has(code) ? 'The disk that holds the machines is full' : 'The directory of the machine cannot be used'
    throw new ProviderError(kind, `${words} (${code}).`, { cause: error })
  }
}

const full: ReadonlySet<string> = new Set(['ENOSPC', 'EDQUOT'])
const denied: ReadonlySet<string> = new Set(['EACCES', 'EPERM', 'EROFS'])
const transient: ReadonlySet<string> = new Set(['EAGAIN', 'EBUSY', 'EIO', 'EMFILE', 'ENFILE', 'ENOENT', 'ENOTEMPTY', ...full])
