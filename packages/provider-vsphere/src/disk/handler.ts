import type { Found, Mark, Observation, StackName } from '@forgeplan/model'
import { remoteId, uid as asUid } from '@forgeplan/model'
import type { Applied, Call, Handler, Target, Verb } from '@forgeplan/sdk'
import { ProviderError } from '@forgeplan/sdk'
import type { Client } from '@forgeplan/vsphere-soap'
import { asProviderError, inWords } from '../errors.ts'
import type { DiskFolder } from './disk-folder.ts'
import { isInUse } from './disk-folder.ts'
import type { DiskInputs, DiskOutputs } from './disk-type.ts'
import { diskType } from './disk-type.ts'
import type { KeptDisk, Label } from './kept-disk.ts'
import { labelText } from './kept-disk.ts'
import type { Folder } from './preflight.ts'
import { diskPreflight, nowhere } from './preflight.ts'

export type DiskObservation = Observation<DiskInputs, DiskOutputs>

/** Everything that can be done with kept disks. */
export const diskHandler = (client: Client, folderAt: Folder): Handler<DiskInputs, DiskOutputs> => ({
  observe: (targets, call) =>
    inWords(async () => {
      const folder = await folderAt(call.signal)
      if (folder === null) return new Map(targets.map(({ uid }) => [uid, { kind: 'unreadable', lastSeen: null, why: nowhere } as const]))
      const disks = await folder.read(call.signal, new Set(targets.map(({ uid }) => uid)))
      return new Map(targets.map((target) => [target.uid, lookFor(folder, disks, target)]))
    }),
  list: (stack, call) => list(folderAt, stack, call),
  apply: (verb, target, desired, _seen, call) => inWords(async () => apply(await need(folderAt, call), { verb, target, desired }, call)),
  delete: (target, _seen, call) =>
    inWords(async () => {
      const folder = await need(folderAt, call)
      const disk = await own(folder, target, call)
      call.signal.throwIfAborted()
      if (disk !== null) await folder.remove(disk, call.signal)
    }),
  mark: (target, mark, call) => inWords(async () => putMark(await need(folderAt, call), target, { mark, call })),
  preflight: (wanted, call, touched) => inWords(() => diskPreflight({ client, folderAt }, { wanted, touched }, call)),
})

const need = async (folderAt: Folder, call: Call): Promise<DiskFolder> => {
  const folder = await folderAt(call.signal)
  if (folder === null) throw new ProviderError('invalid', nowhere)
  return folder
}

// That a folder is missing, or is another than the disk was made in, says nothing of the disk.
const lookFor = (folder: DiskFolder, disks: ReadonlyMap<string, KeptDisk> | null, { uid, id, mark }: Target): DiskObservation => {
  const file = folder.file(uid)
  if (id !== null && id !== file) return unreadable(`The disk lies in another folder of disks than the settings name: ${id}.`)
  const disk = disks?.get(uid)
  if (disk === undefined) return id === null || disks !== null ? { kind: 'absent' } : unreadable('The folder of kept disks is not there.')
  return observationOf(folder, disk, mark)
}

const unreadable = (why: string): DiskObservation => ({ kind: 'unreadable', lastSeen: null, why })

const observationOf = (folder: DiskFolder, { uid, label, isMade }: KeptDisk, own: Mark): DiskObservation => {
  // A label without its disk is one that was not finished.
  if (!isMade) return { kind: 'absent' }
  if (label === null) return unreadable('The label beside the disk is missing, or cannot be read.')
  const id = remoteId(folder.file(uid))
  if (label.mark !== null && label.mark.uid !== uid) return { kind: 'copy', id, of: label.mark.uid }
  if (label.mark !== null && label.mark.lineage !== own.lineage) return { kind: 'foreign', id, lineage: label.mark.lineage }
  return presentOf(folder, uid, label)
}

const presentOf = (folder: DiskFolder, uid: string, { size, thick }: Label): DiskObservation => ({
  kind: 'present',
  id: remoteId(folder.file(uid)),
  inputs: { size, ...(thick ? { thick } : {}) },
  outputs: { file: folder.file(uid) },
  status: { kind: 'running' },
})

async function* list(folderAt: Folder, stack: StackName, call: Call): AsyncIterable<Found> {
  try {
    const folder = await folderAt(call.signal)
    if (folder === null) return
    for (const { uid, label, isMade } of (await folder.read(call.signal))?.values() ?? []) {
      const mark = label?.mark
      if (label === null || mark === null || mark === undefined || mark.stack !== stack || !isMade) continue
      const isCopy = mark.uid !== uid
      yield {
        type: diskType,
        mark,
        observation: isCopy ? { kind: 'copy', id: remoteId(folder.file(uid)), of: mark.uid } : presentOf(folder, uid, label),
      }
    }
  } catch (error) {
    throw asProviderError(error)
  }
}

/** The target's disk; null where there is none. @throws ProviderError where it must not be touched. */
const own = async (folder: DiskFolder, { uid, id, mark }: Target, call: Call): Promise<KeptDisk | null> => {
  const disks = await folder.read(call.signal, new Set([uid]))
  // Somewhere else it would be taken for gone, and be forgotten.
  if (id !== null && (disks === null || id !== folder.file(uid)))
    throw new ProviderError('conflict', `The disk is not in the folder of disks that the settings name, but was ${id}.`)
  const disk = disks?.get(uid)
  // Half a label without its disk is of a creation that was cut off; there is nothing that could be somebody's.
  if (disk === undefined || (disk.label === null && !disk.isMade)) return null
  if (disk.label?.mark?.uid !== uid) throw new ProviderError('conflict', 'The label beside the disk is not its own; it is left alone.')
  if (disk.label.mark.lineage !== mark.lineage)
    throw new ProviderError('conflict', `The disk belongs to lineage ${disk.label.mark.lineage}; it is left alone.`)
  return disk
}

const apply = async (
  folder: DiskFolder,
  { verb, target, desired }: { readonly verb: Verb; readonly target: Target; readonly desired: DiskInputs },
  call: Call,
): Promise<Applied<DiskOutputs>> => {
  const { uid, mark } = target
  const disk = await own(folder, target, call)
  if (verb !== 'create' && disk?.isMade !== true) throw new ProviderError('conflict', 'The disk is gone.')
  call.signal.throwIfAborted()
  const label = { mark, size: desired.size, thick: desired.thick === true }
  if (disk?.isMade === true) {
    if ((disk.label?.size ?? 0) < desired.size) await grow(folder, uid, { size: desired.size, call })
    if (!sameLabel(disk.label, label)) await folder.replaceLabel(uid, label, call.signal)
  } else {
    // The label comes first: a disk without one would be nobody's.
    await folder.writeLabel(uid, label, call.signal)
    await folder.make(uid, label, call.signal)
  }
  return { id: remoteId(folder.file(uid)), outputs: { file: folder.file(uid) } }
}

const sameLabel = (one: Label | null, other: Label): boolean => one !== null && labelText(one) === labelText(other)

// One that a running machine holds is grown by way of the machine, whose change comes after this.
const grow = async (folder: DiskFolder, uid: string, { size, call }: { readonly size: number; readonly call: Call }): Promise<void> => {
  try {
    await folder.grow(uid, size, call.signal)
  } catch (error) {
    if (!isInUse(error)) throw error
  }
}

const putMark = async (
  folder: DiskFolder,
  target: Target,
  { mark, call }: { readonly mark: Mark | null; readonly call: Call },
): Promise<void> => {
  const disk = (await folder.read(call.signal, new Set([target.uid])))?.get(target.uid)
  const label = disk?.label ?? null
  if (label === null && mark === null) return
  if (label === null) throw new ProviderError('conflict', 'The disk is gone, or its label cannot be read.')
  if (label.mark !== null && (label.mark.uid !== asUid(target.uid) || label.mark.lineage !== target.mark.lineage))
    throw new ProviderError('conflict', 'The disk is not ours; it is left alone.')
  call.signal.throwIfAborted()
  await folder.replaceLabel(target.uid, { ...label, mark }, call.signal)
}
