import { ProviderError } from '@forgeplan/sdk'
import type { Client, Ref } from '@forgeplan/vsphere-soap'
import { isFault, isRef } from '@forgeplan/vsphere-soap'
import { decodeName, encodeName } from '../places/naming.ts'
import { writeAttribute } from './attribute.ts'
import { unfinishedName } from './own.ts'
import type { StandingFolder } from './standing.ts'
import type { FolderWork } from './sync.ts'
import { ownFolder } from './sync.ts'

/**
 * Takes an empty folder away that forge made; one that was taken in is given up and stays. @throws ProviderError
 * `conflict` where something is in it.
 */
export const removeFolder = async (work: FolderWork): Promise<void> => {
  const { tools, call } = work
  const standing = await ownFolder(work)
  if (standing === null) return
  if (!standing.identity.isMade) {
    call.progress('forge did not make the folder, so it stays.')
    return writeAttribute(tools.client, standing.ref, { attribute: 'mark', value: '' }, call.signal)
  }
  await refuseFull(work, standing.ref)
  call.signal.throwIfAborted()
  await destroy(work, standing)
}

// What is in a folder goes with it, so it is looked at again under a name by which nobody knows it.
const destroy = async (work: FolderWork, { ref, name }: StandingFolder): Promise<void> => {
  const { tools, target, call } = work
  const { client, folders } = tools
  const hidden = unfinishedName(target.uid)
  try {
    // A run before may have come this far.
    if (name !== hidden) await client.run('Rename_Task', ref, { newName: hidden }, { signal: call.signal })
    folders.forget()
    await refuseFull(work, ref)
    call.signal.throwIfAborted()
    await destroyAlone(client, ref, call.signal)
  } catch (error) {
    if (isFault(error, 'ManagedObjectNotFound')) return
    if (name !== hidden) await showAgain(client, ref, name)
    throw error
  }
}

// A machine that comes into it even now, or that this login cannot see, is taken out of the inventory and keeps its disks.
const destroyAlone = async (client: Client, ref: Ref, signal: AbortSignal): Promise<void> => {
  try {
    await client.run('UnregisterAndDestroy_Task', ref, {}, { signal })
  } catch (error) {
    // The simulator has only the task that destroys machines as well.
    if (!isFault(error, 'MethodNotFound')) throw error
    await client.run('Destroy_Task', ref, {}, { signal })
  }
}

// What stays does so under the name by which people know it. Where that fails, the next run finds it by its identity.
const showAgain = async (client: Client, ref: Ref, name: string): Promise<void> => {
  await client.run('Rename_Task', ref, { newName: encodeName(name) }, { signal: AbortSignal.timeout(backMs) }).catch(() => undefined)
}

const backMs = 30_000

const refuseFull = async ({ tools: { client }, call: { signal } }: FolderWork, ref: Ref): Promise<void> => {
  const seen = await client.look(ref, ['childEntity'], { signal })
  if (seen === null) return
  const found: unknown = seen.properties.get('childEntity')
  // A login that may not see what is in it would take it for empty.
  if (found !== undefined && !Array.isArray(found)) throw new ProviderError('internal', 'The content of the folder is no list.')
  if (seen.missing.length > 0) throw new ProviderError('denied', 'This login may not read what is in the folder, so it stays.')
  const children = ((found ?? []) as readonly unknown[]).filter(isRef)
  if (children.length === 0) return
  const names = await Promise.all(
    children.slice(0, 5).map(async (child) => {
      const name: unknown = (await client.look(child, ['name'], { signal }))?.properties.get('name')
      return `${child.type === 'Folder' ? 'the folder' : 'the machine'} ${typeof name === 'string' ? decodeName(name) : child.value}`
    }),
  )
  const more = children.length > 5 ? ` and ${children.length - 5} more` : ''
  throw new ProviderError(
    'conflict',
    `The folder is not empty, and what is in it would go with it: ${names.join(', ')}${more}. Move them out first.`,
  )
}
