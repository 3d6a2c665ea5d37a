import type { Client } from '@forgeplan/vsphere-soap'
import type { Catalogue, Datacenter } from './catalogue.ts'
import { readCatalogue } from './catalogue.ts'
import type { Choice } from './choose.ts'
import { once } from './once.ts'
import type { Placement, Resolved, TemplatePlace } from './places.ts'
import { keyOf } from './ref-key.ts'
import { datacenterOf, resolve } from './resolve.ts'
import type { Machine } from './templates.ts'
import { findTemplate, readMachines, templateKey } from './templates.ts'

/** What a session knows of the inventory; each part is read when it is first asked for, and once until it is forgotten; what is no template is looked up again. */
export interface Atlas {
  /** @throws VsphereError; the signal's reason. */
  readonly catalogue: (signal: AbortSignal) => Promise<Catalogue>
  /** The objects that a placement names, or everything that is wrong with it. @throws VsphereError; the signal's reason. */
  readonly resolve: (placement: Placement, signal: AbortSignal) => Promise<Resolved>
  /** Forgets all of it, after something was found to be otherwise. */
  readonly forget: () => void
}

/** The atlas of a session. */
export const atlasOf = (client: Client): Atlas => {
  const fresh = () => ({ catalogue: once((signal) => readCatalogue(client, signal)), template: templatesOf(client) })
  let { catalogue, template } = fresh()
  return {
    catalogue: (signal) => catalogue(signal),
    forget: () => {
      ;({ catalogue, template } = fresh())
    },
    resolve: async (placement, signal) => {
      const known = await catalogue(signal)
      const room = datacenterOf(known, placement)
      const given = placement.template
      if (given === undefined || known.isHost || !room.ok) return resolve(known, new Map(), placement)
      const looked = await template(room.value, given, signal)
      return resolve(known, new Map([[templateKey(room.value.ref, given), looked]]), placement)
    },
  }
}

type Lookup = (room: Datacenter, given: string, signal: AbortSignal) => Promise<Choice<TemplatePlace>>

const templatesOf = (client: Client): Lookup => {
  const machines = new Map<string, (signal: AbortSignal) => Promise<readonly Machine[]>>()
  const found = new Map<string, (signal: AbortSignal) => Promise<Choice<TemplatePlace>>>()
  const machinesOf = (room: Datacenter) => remembered(machines, keyOf(room.ref), () => once((signal) => readMachines(client, room, signal)))
  const find: Lookup = (room, given, signal) => findTemplate({ client, room, machines: () => machinesOf(room)(signal), signal }, given)
  const findAgain: Lookup = async (room, given, signal) => {
    const wereRead = machines.has(keyOf(room.ref))
    const choice = await find(room, given, signal)
    if (choice.ok || !wereRead) return choice
    // It may have been made after the machines were read.
    machines.delete(keyOf(room.ref))
    return find(room, given, signal)
  }
  return async (room, given, signal) => {
    const key = templateKey(room.ref, given)
    const choice = await remembered(found, key, () => once((mine) => findAgain(room, given, mine)))(signal)
    if (!choice.ok) found.delete(key)
    return choice
  }
}

const remembered = <T>(map: Map<string, T>, key: string, make: () => T): T => {
  const present = map.get(key)
  if (present !== undefined) return present
  const made = make()
  map.set(key, made)
  return made
}
