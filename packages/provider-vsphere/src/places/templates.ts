import type { Client, Ref } from '@forgeplan/vsphere-soap'
import type { Datacenter, Entry } from './catalogue.ts'
import { candidatesFor } from './candidates.ts'
import type { Choice } from './choose.ts'
import { chooseOne, chosen, refused } from './choose.ts'
import { decodeName, encodeName, isWholePath, pathOf, segmentsOf, shown } from './naming.ts'
import type { TemplatePlace } from './places.ts'
import { bytesOf, refOf, textOf } from './properties.ts'
import { keyOf } from './ref-key.ts'

/** What the templates of placements were looked up as, by `templateKey`. */
export type Templates = ReadonlyMap<string, Choice<TemplatePlace>>

export const templateKey = (datacenter: Ref, given: string): string => `${keyOf(datacenter)} ${given}`

/** A machine as something to clone. */
export interface Machine extends Entry {
  readonly isTemplate: boolean
}

/** What a template is looked up with. `machines` reads all machines of the datacenter, which is done only for bare names. */
export interface TemplateSearch {
  readonly client: Client
  readonly room: Datacenter
  readonly machines: () => Promise<readonly Machine[]>
  readonly signal: AbortSignal
}

/** The machine that a name or a path means. @throws VsphereError; the signal's reason. */
export const findTemplate = async (search: TemplateSearch, given: string): Promise<Choice<TemplatePlace>> => {
  const found = given.includes('/') ? await atPath(search, given) : byName(search.room, given, await search.machines())
  if (!found.ok) return found
  const place = await lookAt(search, found.value)
  return place === null ? nowhere(search, given) : chosen(place)
}

const byName = (room: Datacenter, given: string, machines: readonly Machine[]): Choice<Ref> => {
  const place = `the datacenter ${shown(room.name)}`
  const found = chooseOne({ field: 'template', given, among: machines, noun: 'template or machine', place })
  if (found.ok) return chosen(found.value.ref)
  const unknown = found.problems.some(({ kind }) => kind === 'unknown')
  return unknown ? refused(unknownTemplate(room, given, machines)) : found
}

const unknownTemplate = (room: Datacenter, given: string, machines: readonly Machine[]) => {
  const templates = machines.filter(({ isTemplate }) => isTemplate)
  const candidates = candidatesFor(given, templates.length === 0 ? machines : templates)
  const why = `there is no such template or machine in the datacenter ${shown(room.name)}`
  return { kind: 'unknown', field: 'template', given, candidates, why } as const
}

const atPath = async (search: TemplateSearch, given: string): Promise<Choice<Ref>> => {
  const { client, room, signal } = search
  const index = client.content.searchIndex
  const inventoryPath = wholePath(room, given)
  const ref = index === undefined ? undefined : await client.call('FindByInventoryPath', index, { inventoryPath }, { signal })
  return ref?.type === 'VirtualMachine' ? chosen(ref) : nowhere(search, given)
}

const nowhere = async ({ room, machines }: TemplateSearch, given: string): Promise<Choice<never>> =>
  refused(unknownTemplate(room, given, await machines()))

// Relative to the datacenter, or to its folder of machines.
const wholePath = ({ path, folders }: Datacenter, given: string): string => {
  const names = segmentsOf(given)
  if (isWholePath(given)) return pathOf(names)
  const root = folders[0]?.name ?? 'vm'
  return path + pathOf(names[0] === root ? names : [root, ...names])
}

const lookAt = async ({ client, signal }: TemplateSearch, ref: Ref): Promise<TemplatePlace | null> => {
  const paths = ['name', 'config.template', 'snapshot.currentSnapshot', 'summary.storage.committed']
  const seen = await client.look(ref, paths, { signal })
  if (seen === null) return null
  return {
    ref,
    name: decodeName(textOf(seen, 'name') ?? ref.value),
    isTemplate: seen.properties.get('config.template') === true,
    snapshot: refOf(seen, 'snapshot.currentSnapshot') ?? null,
    committedBytes: bytesOf(seen, 'summary.storage.committed') ?? null,
  }
}

/** All machines of a datacenter by name, with three calls and one for each further thousands. @throws VsphereError; the signal's reason. */
export const readMachines = async (client: Client, room: Datacenter, signal: AbortSignal): Promise<readonly Machine[]> => {
  const folders = new Map(room.folders.map(({ ref, path }) => [keyOf(ref), path]))
  const query = { of: { under: room.vmFolder }, properties: { VirtualMachine: ['name', 'parent', 'config.template'] } }
  const machines: Machine[] = []
  for await (const seen of client.retrieve(query, { signal, pageSize: 5000 })) {
    const name = textOf(seen, 'name')
    if (name === undefined) continue
    const parent = refOf(seen, 'parent')
    // One in a vApp has no folder; its name is all that there is to write.
    const folder = parent === undefined ? '' : (folders.get(keyOf(parent)) ?? '')
    const decoded = decodeName(name)
    const isTemplate = seen.properties.get('config.template') === true
    machines.push({ ref: seen.ref, name: decoded, path: `${folder}/${encodeName(decoded)}`, isTemplate })
  }
  return machines
}
