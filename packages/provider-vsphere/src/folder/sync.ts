import { remoteId } from '@forgeplan/model'
import type { Applied, Call, Target, Verb } from '@forgeplan/sdk'
import { ProviderError } from '@forgeplan/sdk'
import type { Ref } from '@forgeplan/vsphere-soap'
import { isFault, isRef } from '@forgeplan/vsphere-soap'
import { encodeName, segmentsOf } from '../places/naming.ts'
import { placesProblem } from '../places/problem-text.ts'
import { datacenterOf } from '../places/resolve.ts'
import { writeAttribute } from './attribute.ts'
import type { Attribute } from './own.ts'
import type { FolderInputs, FolderOutputs } from './folder-type.ts'
import { identityText, markText, unfinishedName } from './own.ts'
import type { FolderTools, StandingFolder } from './standing.ts'
import { findFolder, ownerOfFolder, presentFolder, readFolders } from './standing.ts'

/** What an effect on one folder needs. */
export interface FolderWork {
  readonly tools: FolderTools
  readonly target: Target
  readonly call: Call
}

/** The target's folder; null where there is none. @throws ProviderError where one stands that must not be touched. */
export const ownFolder = async ({ tools, target, call }: FolderWork): Promise<StandingFolder | null> => {
  const all = await readFolders(tools, target.id === null ? [] : [target.id], call.signal)
  const standing = findFolder(all, target)
  if (standing === null) return null
  if (standing.isHidden) throw new ProviderError('denied', 'This login may not read the custom attributes of the folder.')
  const owner = ownerOfFolder(standing, target)
  switch (owner) {
    case 'ours':
    case 'unfinished':
      return standing
    case 'stranger':
      return null
    case 'unmarked':
      throw new ProviderError('conflict', 'The folder carries no mark; it is left alone.')
    case 'copy':
      throw new ProviderError('conflict', 'The folder carries a mark that is not its own; it is left alone.')
    case 'foreign':
      throw new ProviderError('conflict', `The folder belongs to lineage ${standing.mark?.lineage ?? ''}; it is left alone.`)
    default:
      return owner satisfies never
  }
}

/** Brings the folder to what is desired. Doing it again is harmless. @throws ProviderError; VsphereError. */
export const syncFolder = async (verb: Verb, work: FolderWork, desired: FolderInputs): Promise<Applied<FolderOutputs>> => {
  const { tools, call } = work
  const { signal } = call
  const before = await ownFolder(work)
  if (before === null && verb !== 'create') throw new ProviderError('conflict', 'The folder is gone.')
  const parent = await parentOf(tools, desired, signal)
  const isThere = before?.name === desired.name && before.parent?.value === parent.value
  if (!isThere) await refuseTaken(tools, parent, desired.name, signal)
  call.signal.throwIfAborted()
  const standing = before ?? (await begun(work, parent))
  await sign(work, standing)
  await place(work, standing, { parent, name: desired.name })
  tools.folders.learn(standing.ref, desired.name, parent)
  const { outputs } = await presentFolder(tools, { ...standing, name: desired.name, parent }, signal)
  return { id: remoteId(standing.ref.value), outputs }
}

const parentOf = async ({ atlas, folders, datacenter }: FolderTools, desired: FolderInputs, signal: AbortSignal): Promise<Ref> => {
  const name = desired.datacenter ?? datacenter
  const room = datacenterOf(await atlas.catalogue(signal), { networks: [], ...(name === undefined ? {} : { datacenter: name }) })
  if (!room.ok) throw placesProblem(room.problems)
  return folders.ensure(room.value.vmFolder, segmentsOf(desired.parent), signal)
}

// The simulator does not refuse the name of a machine, and of a folder only with InvalidArgument.
const refuseTaken = async ({ client }: FolderTools, parent: Ref, name: string, signal: AbortSignal): Promise<void> => {
  const { searchIndex } = client.content
  const child =
    searchIndex === undefined
      ? undefined
      : await client.call('FindChild', searchIndex, { entity: parent, name: encodeName(name) }, { signal })
  if (!isRef(child)) return
  const what = child.type === 'Folder' ? 'folder' : 'machine'
  throw new ProviderError('conflict', `There is a ${what} named ${name} already. Import it, or choose another name.`)
}

// Under a name that says whose it is, since nothing else does before it is marked.
const begun = async ({ tools, target, call }: FolderWork, parent: Ref): Promise<StandingFolder> => {
  const name = unfinishedName(target.uid)
  try {
    const ref = await tools.client.call('CreateFolder', parent, { name }, { signal: call.signal })
    return { ref, name, parent, identity: { uid: target.uid, isMade: true }, mark: undefined, isHidden: false }
  } catch (error) {
    if (!isFault(error, 'DuplicateName')) throw error
    throw new ProviderError('transient', 'The folder was begun in the same moment by another call.', { cause: error })
  }
}

// One that was taken in is told by its reference, and needs no more.
const sign = async ({ tools, target, call }: FolderWork, { ref, name, identity, mark }: StandingFolder): Promise<void> => {
  const write = (attribute: Attribute, value: string): Promise<void> => writeAttribute(tools.client, ref, { attribute, value }, call.signal)
  // Under another name it has carried its identity before.
  if (identity.isMade && name === unfinishedName(target.uid)) await write('identity', identityText(ref.value, target.uid))
  if (markText(mark) !== markText(target.mark)) await write('mark', markText(target.mark))
}

const place = async (
  { tools, call }: FolderWork,
  { ref, name, parent }: StandingFolder,
  wanted: { readonly parent: Ref; readonly name: string },
): Promise<void> => {
  const { client, folders } = tools
  const options = { signal: call.signal }
  if (parent?.value !== wanted.parent.value) {
    call.signal.throwIfAborted()
    await client.run('MoveIntoFolder_Task', wanted.parent, { list: [ref] }, options)
  }
  if (name !== wanted.name) {
    call.signal.throwIfAborted()
    await client.run('Rename_Task', ref, { newName: encodeName(wanted.name) }, options)
  }
  // Paths that led through it lead elsewhere now.
  if (name !== wanted.name || parent?.value !== wanted.parent.value) folders.forget()
}
