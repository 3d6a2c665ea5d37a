import type { Uid } from '@forgeplan/model'
import type { Call, Target } from '@forgeplan/sdk'
import type { Client, Ref, Seen } from '@forgeplan/vsphere-soap'
import { isRef } from '@forgeplan/vsphere-soap'
import type { Folders } from '../folders.ts'
import type { LabelSources } from '../labels/seen-labels.ts'
import { shared } from '../places/once.ts'
import { inFlight } from './in-flight.ts'
import type { Growth, Machine } from './machine.ts'
import { glancePaths, growthIn, growthPaths, machineOf, machinePaths } from './machine.ts'
import { Reading } from './reading.ts'
import type { Sight, VmObservation } from './sight.ts'
import { observationOf } from './sight.ts'

/** What every reading of machines needs. */
export interface Eyes {
  readonly client: Client
  readonly folders: Folders
  readonly labels: LabelSources
}

// A few are asked for one by one; for more than these, or for a sweep, everything is read.
const few = 8

/** Reads machines: all of them with one query that many may share, or a few by their ids. */
export class Inventory {
  readonly #eyes: Eyes
  readonly #begun = new Map<string, Uid>()
  readonly #reading = shared((signal) => this.#readAll(signal))

  constructor(eyes: Eyes) {
    this.#eyes = eyes
  }

  /** All targets at once. */
  async observe(targets: readonly Target[], call: Call): Promise<Map<Uid, VmObservation>> {
    if (targets.length === 0) return new Map()
    const isMany = targets.length > few
    const reading = isMany ? await this.everything(call.signal) : new Reading(this.#eyes, await this.#some(targets, call.signal))
    const matched = match(targets, reading.machines)
    const unseen = (): readonly Target[] => targets.filter(({ uid }) => !matched.has(uid))
    if (isMany) this.#add(matched, unseen(), await this.#byIds(unseen(), call.signal))
    const pending = await inFlight(this.#eyes.client, unseen(), { call, begun: this.#begun })
    // What ended between the two looks is there now.
    const ended = unseen().filter(({ uid, begunAt }) => begunAt !== null && !pending.has(uid))
    this.#add(matched, ended, await this.#some(ended, call.signal))
    const sights = await reading.sights([...matched.values()], call.signal)
    const seen = new Map(sights.map((sight) => [sight.machine.ref.value, sight]))
    return new Map(
      targets.map((target) => {
        const sight = seen.get(matched.get(target.uid)?.ref.value ?? '')
        return [target.uid, sight === undefined ? (pending.get(target.uid) ?? { kind: 'absent' }) : observationOf(sight, target)]
      }),
    )
  }

  /** Remembers whose making a task is. */
  began({ value }: Ref, uid: Uid): void {
    this.#begun.set(value, uid)
  }

  /** Every machine that this login sees, and the folders. Whoever asks while it is being read shares it. */
  everything(signal: AbortSignal): Promise<Reading> {
    return this.#reading(signal)
  }

  /** Some machines by their references; one that is gone is left out. */
  async read(refs: readonly Ref[], signal: AbortSignal): Promise<readonly Machine[]> {
    if (refs.length === 0) return []
    const machines: Machine[] = []
    const query = { of: { objects: refs }, properties: { VirtualMachine: machinePaths } }
    for await (const seen of this.#eyes.client.retrieve(query, { signal })) if (!isGone(seen)) machines.push(machineOf(seen))
    return machines
  }

  /** `read`, as sights. */
  async sights(refs: readonly Ref[], signal: AbortSignal): Promise<readonly Sight[]> {
    const machines = await this.read(refs, signal)
    return new Reading(this.#eyes, machines).sights(machines, signal)
  }

  /** The machine of a target, by its recorded id and by its uid; null where the server knows neither. */
  async find(target: Pick<Target, 'id' | 'uid'>, signal: AbortSignal): Promise<Sight | null> {
    const machines = await this.#some([target], signal)
    const machine = machines.find(({ instanceUuid }) => instanceUuid === target.uid) ?? machines[0]
    return machine === undefined ? null : ((await new Reading(this.#eyes, machines).sights([machine], signal))[0] ?? null)
  }

  async #readAll(signal: AbortSignal): Promise<Reading> {
    const { client, folders } = this.#eyes
    const machines: Machine[] = []
    const properties = { VirtualMachine: glancePaths, Folder: ['name', 'parent'], Datacenter: ['name', 'parent'] }
    for await (const seen of client.retrieve({ of: { under: client.content.rootFolder }, properties }, { signal, pageSize: 1000 })) {
      if (seen.ref.type === 'VirtualMachine') machines.push(machineOf(seen))
      else folders.learn(seen.ref, String(seen.properties.get('name')), parentIn(seen.properties.get('parent')))
    }
    return new Reading(this.#eyes, await this.#withGrowth(machines, signal))
  }

  async #withGrowth(machines: readonly Machine[], signal: AbortSignal): Promise<readonly Machine[]> {
    const objects = machines.filter(({ isOn, hotAdd, mark }) => isOn && hotAdd && mark !== undefined).map(({ ref }) => ref)
    if (objects.length === 0) return machines
    const growths = new Map<string, Growth>()
    const query = { of: { objects }, properties: { VirtualMachine: growthPaths } }
    for await (const seen of this.#eyes.client.retrieve(query, { signal, pageSize: 1000 })) growths.set(seen.ref.value, growthIn(seen))
    return machines.map((machine) => ({ ...machine, growth: growths.get(machine.ref.value) ?? machine.growth }))
  }

  // The recorded id is asked first: what a narrower login does not show in a view may still answer to it.
  async #some(targets: readonly Pick<Target, 'id' | 'uid'>[], signal: AbortSignal): Promise<readonly Machine[]> {
    const refs = targets.flatMap(({ id }) => (id === null ? [] : [machineRef(id)]))
    const known = await this.read(refs, signal)
    const uuids = new Set(known.map(({ instanceUuid }) => instanceUuid))
    const others: Ref[] = []
    for (const { uid } of targets.filter((target) => !uuids.has(target.uid))) {
      const ref = await this.#byUuid(uid, signal)
      if (ref !== null) others.push(ref)
    }
    return [...known, ...(await this.read(others, signal))]
  }

  #add(matched: Map<Uid, Machine>, targets: readonly Target[], machines: readonly Machine[]): void {
    for (const [uid, machine] of match(targets, machines)) matched.set(uid, machine)
  }

  // A view shows what the login may see; only the recorded id itself can say that a machine is gone.
  #byIds(targets: readonly Target[], signal: AbortSignal): Promise<readonly Machine[]> {
    return this.read(
      targets.flatMap(({ id }) => (id === null ? [] : [machineRef(id)])),
      signal,
    )
  }

  async #byUuid(uuid: string, signal: AbortSignal): Promise<Ref | null> {
    const { searchIndex } = this.#eyes.client.content
    if (searchIndex === undefined) return null
    const args = { uuid, vmSearch: true, instanceUuid: true }
    return (await this.#eyes.client.call('FindByUuid', searchIndex, args, { signal })) ?? null
  }
}

/**
 * The machine of each target: the recorded one if the identity is its own, else the one that has the identity, else the
 * recorded one, whose identity may not be told. Two with one identity are told apart by the id.
 */
const match = (targets: readonly Target[], machines: readonly Machine[]): Map<Uid, Machine> => {
  const byId = new Map(machines.map((machine) => [machine.ref.value, machine]))
  const byUuid = new Map<Uid, Machine>()
  for (const machine of machines)
    if (machine.instanceUuid !== null && !byUuid.has(machine.instanceUuid)) byUuid.set(machine.instanceUuid, machine)
  return new Map(
    targets.flatMap(({ uid, id }) => {
      const recorded = byId.get(id ?? '')
      const machine = recorded?.instanceUuid === uid ? recorded : (byUuid.get(uid) ?? recorded)
      return machine === undefined ? [] : [[uid, machine] as const]
    }),
  )
}

const isGone = ({ properties, missing }: Seen): boolean =>
  properties.size === 0 && missing.some(({ fault }) => fault === 'ManagedObjectNotFound')
const machineRef = (id: string): Ref => ({ type: 'VirtualMachine', value: id })
const parentIn = (value: unknown): Ref | null => (isRef(value) ? value : null)
