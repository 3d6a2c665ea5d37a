import type { Found, StackName } from '@forgeplan/model'
import { remoteId, uid } from '@forgeplan/model'
import type { Applied, Call, Candidate, Handler, Query } from '@forgeplan/sdk'
import { fitsName } from '@forgeplan/sdk'
import { asProviderError, inWords } from '../errors.ts'
import { adopted } from './adopted.ts'
import { detach } from './detach.ts'
import { folderMeaning } from '../places/folder-words.ts'
import { preflight } from '../preflight/preflight.ts'
import { machineGuest } from './guest.ts'
import type { Machine } from './machine.ts'
import { twinsAmong } from './twins.ts'
import { groupIn } from './notes.ts'
import { putMark } from './put-mark.ts'
import { remove } from './remove.ts'
import { inputsOf, outputsOf } from './seen-inputs.ts'
import type { Sight } from './sight.ts'
import { foundOf } from './sight.ts'
import { sync } from './sync.ts'
import type { VmInputs, VmOutputs } from './vm-type.ts'
import type { Workshop } from './workshop.ts'

/** Everything that can be done with the machines of one vCenter or host. */
export const vmHandler = (shop: Workshop): Handler<VmInputs, VmOutputs> => ({
  observe: (targets, call) => inWords(() => shop.inventory.observe(targets, call)),
  list: (stack, call) => list(shop, stack, call),
  apply: (verb, target, desired, seen, call) => inWords(async () => appliedOf(await sync(verb, { shop, target, call }, { desired, seen }))),
  delete: (target, _seen, call) => inWords(() => remove({ shop, target, call })),
  detach: (target, part, call) => inWords(() => detach({ shop, target, call }, part)),
  guest: (target) => Promise.resolve(machineGuest({ shop, target })),
  mark: (target, mark, call) => inWords(() => putMark({ shop, target, call }, mark)),
  preflight: (wanted, call, touched) =>
    inWords(() => preflight({ client: shop.client, atlas: shop.atlas, defaults: shop.settings }, { wanted, touched }, call)),
  find: (query, call) => find(shop, query, call),
  findsBy: ['folder', 'group', 'tag'],
})

const appliedOf = ({ machine, folder }: Sight): Applied<VmOutputs> => ({
  id: remoteId(machine.ref.value),
  outputs: outputsOf(machine, folder),
})

async function* list(shop: Workshop, stack: StackName, call: Call): AsyncIterable<Found> {
  const sights = await sightsOf(shop, ({ mark }) => mark?.stack === stack, call)
  const twins = twinsAmong(sights.map(({ machine }) => machine))
  for (const sight of sights) {
    const found = foundOf(sight, twins.has(sight.machine))
    if (found !== null) yield found
  }
}

async function* find(shop: Workshop, query: Query, call: Call): AsyncIterable<Candidate<VmInputs, VmOutputs>> {
  const known = await inWords(() => shop.atlas.catalogue(call.signal))
  const isThere = query.folder === undefined ? () => true : folderMeaning(known, query.folder)
  for (const sight of await soughtBy(query, shop, call)) {
    const { instanceUuid, ref } = sight.machine
    if (instanceUuid === null || !isThere(sight.folder)) continue
    const { machine, details, folder } = await inWords(() => adopted(shop, sight, call.signal))
    // A machine without an image is none whose image could not be read.
    const inputs = { iso: '', ...inputsOf(machine, details, folder) }
    yield { id: remoteId(ref.value), uid: uid(instanceUuid), name: machine.name, inputs, outputs: outputsOf(machine, folder) }
  }
}

// A step of an import asks for one by its id, and there may be many such steps.
const soughtBy = async (query: Query, shop: Workshop, call: Call): Promise<readonly Sight[]> => {
  const { tag } = query
  const carriers = tag === undefined ? null : await inWords(() => shop.labels.tags.carriers(tag, call.signal))
  const isMeant = (machine: Machine): boolean => meantBy(query)(machine) && carriers?.has(machine.ref.value) !== false
  if (query.id === undefined) return sightsOf(shop, isMeant, call)
  const ref = { type: 'VirtualMachine', value: query.id }
  const sights = await inWords(() => shop.inventory.sights([ref], call.signal))
  return sights.filter(({ machine }) => isMeant(machine))
}

const meantBy =
  ({ id, name = '*', group }: Query) =>
  ({ isTemplate, ref, name: own, annotation }: Machine): boolean =>
    !isTemplate && (id === undefined || id === ref.value) && fitsName(name, own) && (group === undefined || group === groupIn(annotation))

const sightsOf = async (
  { inventory }: Workshop,
  isMeant: (machine: Machine) => boolean,
  { signal }: Pick<Call, 'signal'>,
): Promise<readonly Sight[]> => {
  try {
    const reading = await inventory.everything(signal)
    return await reading.sights(reading.machines.filter(isMeant), signal)
  } catch (error) {
    throw asProviderError(error)
  }
}
