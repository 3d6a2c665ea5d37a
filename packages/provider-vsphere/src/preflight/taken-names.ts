import type { Client } from '@forgeplan/vsphere-soap'
import type { Entry } from '../places/catalogue.ts'
import { encodeName, pathOf, shown } from '../places/naming.ts'
import { keyOf } from '../places/ref-key.ts'
import type { Finding } from './finding.ts'
import { FolderMachines } from './folder-machines.ts'
import type { Targeted } from './targets.ts'

/** Names that something else has. @throws VsphereError; the signal's reason. */
export const nameFindings = async (client: Client, targets: readonly Targeted[], signal: AbortSignal): Promise<readonly Finding[]> => {
  const machines = new FolderMachines(client, signal)
  const findings = [...twice(targets)]
  for (const [folder, inside] of byFolder(targets)) {
    signal.throwIfAborted()
    findings.push(...(await takenNames(machines, folder, inside)), ...(await takenFolders(machines, folder, inside)))
  }
  return findings
}

const finding = { severity: 'error', code: 'FORGE5309', summary: 'A name is taken' } as const

/** By the lowest folder that is there. */
const byFolder = (targets: readonly Targeted[]): ReadonlyMap<Entry, readonly Targeted[]> => {
  const folders = new Map<string, { readonly entry: Entry; readonly inside: Targeted[] }>()
  for (const target of targets) {
    const entry = target.folder.lowest
    const known = folders.get(keyOf(entry.ref)) ?? { entry, inside: [] }
    known.inside.push(target)
    folders.set(keyOf(entry.ref), known)
  }
  return new Map([...folders.values()].map(({ entry, inside }) => [entry, inside]))
}

const twice = (targets: readonly Targeted[]): readonly Finding[] => {
  const first = new Map<string, string>()
  return targets.flatMap(({ machine: { address }, name, folder: { lowest, missing } }) => {
    if (name === null) return []
    const place = lowest.path + pathOf(missing)
    const path = `${place}/${encodeName(name)}`
    const other = first.get(path)
    if (other === undefined) first.set(path, address)
    if (other === undefined) return []
    const text = `The name "${shown(name)}" in the folder ${shown(place)} is also wanted by ${other}. Give each its own, for example with \${member.id}.`
    return [{ ...finding, text, address }]
  })
}

// One that carries a genuine mark may be the predecessor, which goes before its successor comes.
const takenNames = async (machines: FolderMachines, { ref, path }: Entry, inside: readonly Targeted[]): Promise<readonly Finding[]> => {
  const named = inside.filter(({ name, folder }) => name !== null && folder.missing.length === 0)
  if (named.length === 0) return []
  const present = await machines.of(ref)
  return named.flatMap(({ machine: { address }, name }) => {
    if (name === null || present.get(name) !== 'foreign') return []
    const text = `The folder ${shown(path)} has a machine named "${shown(name)}" that is not forge’s. Import it, choose another name or folder, or take it away.`
    return [{ ...finding, text, address }]
  })
}

// What is to be made as a folder may stand as a machine.
const takenFolders = async (machines: FolderMachines, { ref, path }: Entry, inside: readonly Targeted[]): Promise<readonly Finding[]> => {
  const wanted = new Set(inside.flatMap(({ folder }) => folder.missing.slice(0, 1)))
  const taken = wanted.size === 0 ? wanted : await machines.among(ref, wanted)
  return inside.flatMap(({ machine: { address }, folder: { missing } }) => {
    const [name] = missing
    if (name === undefined || !taken.has(name)) return []
    const text = `The folder ${shown(path + pathOf([name]))} cannot be made: a machine has that name. Choose another folder.`
    return [{ ...finding, text, address }]
  })
}
