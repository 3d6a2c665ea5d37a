import type { Uid } from '@forgeplan/model'
import type { Call, Target } from '@forgeplan/sdk'
import type { Client, Ref, Seen } from '@forgeplan/vsphere-soap'
import { isRef } from '@forgeplan/vsphere-soap'
import type { Folders } from '../folders.ts'
import { readDetails } from './details.ts'
import type { Machine } from './machine.ts'
import { machineOf, machinePaths } from './machine.ts'
import { wantsDetails } from './seen-inputs.ts'
import type { Sight, VmObservation } from './sight.ts'
import { observationOf } from './sight.ts'
import { readTasks, recentTasks } from './tasks.ts'

/** What every reading of machines needs. */
export interface Eyes {
  readonly client: Client
  readonly folders: Folders
}

// A few are asked for one by one; for more than these, or for a sweep, everything is read.
const few = 8
// A creation may take long, and is waited for.
const creationMs = 3_600_000

/** Reads machines: all of them with one query that many may share, or a few by their ids. */
export class Inventory {
  readonly #eyes: Eyes
  #reading: Promise<readonly Machine[]> | null = null

  constructor(eyes: Eyes) {
    this.#eyes = eyes
  }

  /** All targets at once. */
  async observe(targets: readonly Target[], call: Call): Promise<Map<Uid, VmObservation>> {
    if (targets.length === 0) return new Map()
    const machines = targets.length > few ? await this.everything(call.signal) : await this.#some(targets, call.signal)
    const byId = new Map(machines.map((machine) => [machine.ref.value, machine]))
    const byUuid = new Map(machines.flatMap((machine) => (machine.instanceUuid === null ? [] : [[machine.instanceUuid, machine] as const])))
    const matched = new Map(targets.map((target) => [target.uid, byUuid.get(target.uid) ?? byId.get(target.id ?? '')] as const))
    const unseen = targets.filter(({ uid }) => matched.get(uid) === undefined)
    for (const [uid, machine] of await this.#hidden(targets.length > few ? unseen : [], call.signal)) matched.set(uid, machine)
    const sights = await this.sights(
      [...matched.values()].filter((each) => each !== undefined),
      call.signal,
    )
    const seen = new Map(sights.map((sight) => [sight.machine.ref.value, sight]))
    const pending = await this.#pending(
      targets.filter(({ uid }) => matched.get(uid) === undefined),
      call,
    )
    return new Map(
      targets.map((target) => {
        const sight = seen.get(matched.get(target.uid)?.ref.value ?? '')
        return [target.uid, sight === undefined ? (pending.get(target.uid) ?? { kind: 'absent' }) : observationOf(sight, target)]
      }),
    )
  }

  /** Every machine that this login sees, and the folders. Whoever asks while it is being read shares it. */
  everything(signal: AbortSignal): Promise<readonly Machine[]> {
    this.#reading ??= this.#readAll(signal).finally(() => (this.#reading = null))
    return this.#reading
  }

  /** Machines with the path of their folder and, where it matters, their details. */
  async sights(machines: readonly Machine[], signal: AbortSignal): Promise<readonly Sight[]> {
    const detailed = machines.filter(wantsDetails).map(({ ref }) => ref)
    const details = detailed.length === 0 ? new Map() : await readDetails(this.#eyes.client, detailed, signal)
    const sights: Sight[] = []
    for (const machine of machines) {
      const folder = machine.parent === null ? 'a vApp' : await this.#eyes.folders.path(machine.parent, signal)
      sights.push({ machine, details: details.get(machine.ref.value), folder })
    }
    return sights
  }

  /** Some machines by their references; one that is gone is left out. */
  read(refs: readonly Ref[], signal: AbortSignal): Promise<readonly Machine[]> {
    return this.#byRefs(refs, signal)
  }

  /** The machine of a target, by its recorded id and by its uid; null where the server knows neither. */
  async find(target: Pick<Target, 'id' | 'uid'>, signal: AbortSignal): Promise<Sight | null> {
    const machines = await this.#some([target], signal)
    const machine = machines.find(({ instanceUuid }) => instanceUuid === target.uid) ?? machines[0]
    return machine === undefined ? null : ((await this.sights([machine], signal))[0] ?? null)
  }

  async #readAll(signal: AbortSignal): Promise<readonly Machine[]> {
    const { client, folders } = this.#eyes
    const machines: Machine[] = []
    const properties = { VirtualMachine: machinePaths, Folder: ['name', 'parent'], Datacenter: ['name', 'parent'] }
    for await (const seen of client.retrieve({ of: { under: client.content.rootFolder }, properties }, { signal, pageSize: 1000 })) {
      if (seen.ref.type === 'VirtualMachine') machines.push(machineOf(seen))
      else folders.learn(seen.ref, String(seen.properties.get('name')), parentIn(seen.properties.get('parent')))
    }
    return machines
  }

  // The recorded id is asked first: what a narrower login does not show in a view may still answer to it.
  async #some(targets: readonly Pick<Target, 'id' | 'uid'>[], signal: AbortSignal): Promise<readonly Machine[]> {
    const refs = targets.flatMap(({ id }) => (id === null ? [] : [machineRef(id)]))
    const known = await this.#byRefs(refs, signal)
    const uuids = new Set(known.map(({ instanceUuid }) => instanceUuid))
    const others: Ref[] = []
    for (const { uid } of targets.filter((target) => !uuids.has(target.uid))) {
      const ref = await this.#byUuid(uid, signal)
      if (ref !== null) others.push(ref)
    }
    return [...known, ...(await this.#byRefs(others, signal))]
  }

  // A view shows what the login may see; only the recorded id itself can say that a machine is gone.
  async #hidden(targets: readonly Target[], signal: AbortSignal): Promise<readonly (readonly [Uid, Machine])[]> {
    const machines = await this.#byRefs(
      targets.flatMap(({ id }) => (id === null ? [] : [machineRef(id)])),
      signal,
    )
    const byId = new Map(machines.map((machine) => [machine.ref.value, machine]))
    return targets.flatMap(({ uid, id }) => {
      const machine = byId.get(id ?? '')
      return machine === undefined ? [] : [[uid, machine] as const]
    })
  }

  async #byRefs(refs: readonly Ref[], signal: AbortSignal): Promise<readonly Machine[]> {
    if (refs.length === 0) return []
    const machines: Machine[] = []
    const query = { of: { objects: refs }, properties: { VirtualMachine: machinePaths } }
    for await (const seen of this.#eyes.client.retrieve(query, { signal })) if (!isGone(seen)) machines.push(machineOf(seen))
    return machines
  }

  async #byUuid(uuid: string, signal: AbortSignal): Promise<Ref | null> {
    const { searchIndex } = this.#eyes.client.content
    if (searchIndex === undefined) return null
    const args = { uuid, vmSearch: true, instanceUuid: true }
    return (await this.#eyes.client.call('FindByUuid', searchIndex, args, { signal })) ?? null
  }

  /** Machines that may still be on their way: a clone cannot be found by its uid before it has ended. */
  async #pending(targets: readonly Target[], call: Call): Promise<ReadonlyMap<Uid, VmObservation>> {
    const begun = targets.filter(({ begunAt }) => begunAt !== null)
    if (begun.length === 0) return new Map()
    const { client } = this.#eyes
    const handles = begun.flatMap(({ handle }) => (handle === null ? [] : [{ type: 'Task', value: handle }]))
    const told = handles.length === 0 ? [] : await readTasks(client, handles, call.signal)
    const untold = begun.some(({ handle }) => handle === null) ? await recentTasks(client, call.signal) : []
    return new Map(
      begun.flatMap(({ uid, handle, begunAt }): readonly (readonly [Uid, VmObservation])[] => {
        const task =
          handle === null
            ? untold.find((each) => each.isRunning && each.creates && !startedBefore(each.queuedAt, begunAt ?? 0))
            : told.find((each) => each.ref.value === handle && each.isRunning)
        if (task === undefined) return []
        const since = begunAt ?? call.now()
        return [[uid, { kind: 'pending', since, deadline: since + creationMs, handle: task.ref.value }]]
      }),
    )
  }
}

// The two clocks may differ by some minutes.
const startedBefore = (queuedAt: number | null, begunAt: number): boolean => queuedAt !== null && queuedAt < begunAt - 600_000

const isGone = ({ missing }: Seen): boolean => missing.some(({ fault }) => fault === 'ManagedObjectNotFound')
const machineRef = (id: string): Ref => ({ type: 'VirtualMachine', value: id })
const parentIn = (value: unknown): Ref | null => (isRef(value) ? value : null)
