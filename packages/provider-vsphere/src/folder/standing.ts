import type { Mark, Observation } from '@forgeplan/model'
import { remoteId } from '@forgeplan/model'
import type { Target } from '@forgeplan/sdk'
import type { Client, Ref, Seen } from '@forgeplan/vsphere-soap'
import { isA, isRef } from '@forgeplan/vsphere-soap'
import type { Folders } from '../folders.ts'
import type { Atlas } from '../places/atlas.ts'
import { folderWords } from '../places/folder-words.ts'
import { decodeName } from '../places/naming.ts'
import type { Keys } from './attribute.ts'
import { attributeKeys } from './attribute.ts'
import type { FolderInputs, FolderOutputs } from './folder-type.ts'
import type { Identity } from './own.ts'
import { identityOf, readMark, unfinishedName } from './own.ts'

export type FolderObservation = Observation<FolderInputs, FolderOutputs>

/** One session's tools for folders. */
export interface FolderTools {
  readonly client: Client
  readonly folders: Folders
  readonly atlas: Atlas
  /** The datacenter of the provider's settings. */
  readonly datacenter?: string
}

/** A folder as the inventory shows it. */
export interface StandingFolder {
  readonly ref: Ref
  readonly name: string
  readonly parent: Ref | null
  readonly identity: Identity
  readonly mark: Mark | undefined
  /** Whether this login may not read who owns it. */
  readonly isHidden: boolean
}

const paths = ['name', 'parent', 'customValue'] as const

/** All folders that this login sees, and those that are asked for by their reference, by it. @throws VsphereError; the signal's reason. */
export const readFolders = async (
  { client }: FolderTools,
  ids: readonly string[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, StandingFolder>> => {
  const keys = await attributeKeys(client, signal)
  const all = new Map<string, StandingFolder>()
  const read = async (of: Parameters<Client['retrieve']>[0]['of']): Promise<void> => {
    for await (const seen of client.retrieve({ of, properties: { Folder: [...paths] } }, { signal, pageSize: 1000 }))
      if (!isGone(seen)) all.set(seen.ref.value, standingOf(seen, keys, client.content.about.instanceUuid ?? ''))
  }
  await read({ under: client.content.rootFolder })
  // A view shows what the login may see; only the reference itself can say that a folder is gone.
  const unseen = ids.filter((id) => !all.has(id)).map((value) => ({ type: 'Folder', value }))
  if (unseen.length > 0) await read({ objects: unseen })
  return all
}

/** The folder of a target: the one that has its identity, else the recorded one; null where there is neither. */
export const findFolder = (all: ReadonlyMap<string, StandingFolder>, { id, uid }: Pick<Target, 'id' | 'uid'>): StandingFolder | null => {
  const recorded = all.get(id ?? '')
  if (recorded?.identity.uid === uid) return recorded
  return [...all.values()].find(({ identity }) => identity.uid === uid) ?? recorded ?? null
}

/** Whose a folder is, as far as a target goes. A mark counts on the folder that it names and on no other. */
export type FolderOwner = 'ours' | 'unfinished' | 'unmarked' | 'stranger' | 'copy' | 'foreign'

export const ownerOfFolder = (
  { identity, mark: found, name }: StandingFolder,
  { uid, mark }: Pick<Target, 'uid' | 'mark'>,
): FolderOwner => {
  if (found === undefined) return identity.uid !== uid ? 'stranger' : name === unfinishedName(uid) ? 'unfinished' : 'unmarked'
  if (found.uid !== identity.uid || found.uid !== uid) return 'copy'
  return found.lineage === mark.lineage ? 'ours' : 'foreign'
}

/** What a folder means for a target. */
export const folderObservation = async (
  tools: FolderTools,
  standing: StandingFolder | null,
  target: Target,
  signal: AbortSignal,
): Promise<FolderObservation> => {
  if (standing === null) return { kind: 'absent' }
  const { ref, mark } = standing
  const id = remoteId(ref.value)
  if (standing.isHidden) return { kind: 'unreadable', lastSeen: null, why: 'This login may not read the custom attributes of the folder.' }
  const owner = ownerOfFolder(standing, target)
  if (owner === 'stranger') return { kind: 'absent' }
  if (mark !== undefined && owner === 'copy') return { kind: 'copy', id, of: mark.uid }
  if (mark !== undefined && owner === 'foreign') return { kind: 'foreign', id, lineage: mark.lineage }
  return presentFolder(tools, standing, signal)
}

/** A folder with where it is. */
export const presentFolder = async (
  tools: FolderTools,
  { ref, name, parent }: StandingFolder,
  signal: AbortSignal,
): Promise<Extract<FolderObservation, { kind: 'present' }>> => {
  const catalogue = await tools.atlas.catalogue(signal)
  const above = parent === null ? '/' : folderWords(catalogue, await tools.folders.path(parent, signal))
  const outputs = { id: ref.value, name, path: above === '/' ? name : `${above}/${name}` }
  return { kind: 'present', id: remoteId(ref.value), inputs: { name, parent: above }, outputs, status: { kind: 'running' } }
}

const standingOf = ({ ref, properties, missing }: Seen, keys: Keys, vcenter: string): StandingFolder => {
  const [given, parent, values] = [properties.get('name'), properties.get('parent'), properties.get('customValue')]
  const name = typeof given === 'string' ? decodeName(given) : ref.value
  return {
    ref,
    name,
    parent: isRef(parent) ? parent : null,
    identity: identityOf({ vcenter, reference: ref.value, name, written: valueOf(values, keys.identity) }),
    mark: readMark(valueOf(values, keys.mark)),
    isHidden: missing.some(({ path, fault }) => path === 'customValue' && fault !== 'InvalidProperty'),
  }
}

// Older simulators add a value for each time it was set: the last one counts.
const valueOf = (values: unknown, key: number | undefined): string | undefined =>
  (Array.isArray(values) ? (values as readonly unknown[]) : [])
    .flatMap((each) => (isA(each, 'CustomFieldStringValue') && each.key === key ? [each.value] : []))
    .at(-1)

const isGone = ({ properties, missing }: Seen): boolean =>
  properties.size === 0 && missing.some(({ fault }) => fault === 'ManagedObjectNotFound')
