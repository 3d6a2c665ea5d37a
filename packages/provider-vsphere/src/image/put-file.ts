import { createHash } from 'node:crypto'
import type { Call, ImageFile } from '@forgeplan/sdk'
import { ProviderError } from '@forgeplan/sdk'
import { VsphereError, fileSource, isFault } from '@forgeplan/vsphere-soap'
import type { DatastoreFolder } from '../files/datastore-folder.ts'
import type { Kept } from './claim.ts'
import { roughly } from '../preflight/sizes.ts'
import type { Shelf } from './shelf.ts'

/** What is to be put where. */
export interface Putting {
  readonly shelf: Shelf
  readonly file: Kept
  /** The file of this computer. */
  readonly source: Pick<ImageFile, 'path'>
  /** Whose attempt it is: two never write to one name. */
  readonly uid: string
}

/** The name of an image on its way. */
export const partOf = ({ name }: Pick<Kept, 'name'>, uid: string): string => `${name}.${uid}.part`

/**
 * Uploads an image under another name, reads it back, and gives it its own name, or leaves what stands there if it holds
 * the same. Nothing that stands is ever overwritten. What an earlier attempt has uploaded whole is gone on with.
 * @throws ProviderError `conflict` where another content has the name or the source has changed, `invalid` where there is
 * no room, `transient` where something else came back; VsphereError; the signal's reason.
 */
export const putFile = async (putting: Putting, call: Call): Promise<void> => {
  const { shelf, file, uid } = putting
  const folder = shelf.folder(file)
  const part = partOf(file, uid)
  const sizes = await shelf.sizes(folder, [file.name, part], call.signal)
  if (sizes.has(file.name)) {
    if (sizes.has(part)) await folder.remove(part, call.signal)
    return verify(shelf, file, call)
  }
  if (sizes.get(part) !== file.size) await upload(putting, folder, sizes.get(part) ?? 0, call)
  await readBack(putting, folder, call)
  call.signal.throwIfAborted()
  try {
    await folder.move(part, file.name, { force: false, signal: call.signal })
  } catch (error) {
    if (!isFault(error, 'FileAlreadyExists')) throw error
    // Another stack has pushed the same image meanwhile.
    await folder.remove(part, call.signal)
    await verify(shelf, file, call)
  }
}

// What is there of an earlier attempt makes room for itself.
const upload = async ({ shelf, file, source, uid }: Putting, folder: DatastoreFolder, there: number, call: Call): Promise<void> => {
  await refuseLackOfRoom(shelf, file.size - there, call)
  const part = partOf(file, uid)
  const tell = teller(call, 'uploading the image', file.size)
  try {
    const content = { ...(await fileSource(source.path)), bytes: file.size }
    await folder.upload(part, content, { signal: call.signal, sha256: file.sha256, onProgress: tell })
  } catch (error) {
    // On a signal of its own: the call's may be what ended the upload. What cannot be cleared now is overwritten by the next attempt.
    await folder.remove(part, AbortSignal.timeout(clearingMs)).catch(() => undefined)
    if (error instanceof VsphereError && error.kind === 'checksum')
      throw new ProviderError('conflict', 'The source of the image changed while it was uploaded. Plan again.', { cause: error })
    throw error
  }
}

const clearingMs = 10_000

const refuseLackOfRoom = async (shelf: Shelf, bytes: number, { signal }: Call): Promise<void> => {
  const free = await shelf.freeBytes(signal)
  if (free === null || free >= bytes) return
  const { name } = shelf.place.datastore
  throw new ProviderError(
    'invalid',
    `The datastore ${name} has ${roughly(free)} free, and the image takes ${roughly(bytes)}. Make room, or push to another one.`,
  )
}

// The datastore's word on the size comes first: it is cheap.
const readBack = async ({ shelf, file, uid }: Putting, folder: DatastoreFolder, call: Call): Promise<void> => {
  const part = partOf(file, uid)
  const size = (await shelf.sizes(folder, [part], call.signal)).get(part)
  if (size === file.size && (await digestOf(folder, part, { size, call })) === file.sha256) return
  await folder.remove(part, call.signal)
  throw new ProviderError('transient', 'What the datastore holds after the upload is not the image.')
}

/** Whether the file of an image is there and holds what it should, read back. @throws VsphereError; the signal's reason. */
export const isHeld = async (shelf: Shelf, file: Kept, call: Call): Promise<boolean> => {
  const folder = shelf.folder(file)
  const size = (await shelf.sizes(folder, [file.name], call.signal)).get(file.name)
  return size === file.size && (await digestOf(folder, file.name, { size, call })) === file.sha256
}

const verify = async (shelf: Shelf, file: Kept, call: Call): Promise<void> => {
  if (await isHeld(shelf, file, call)) return
  throw new ProviderError(
    'conflict',
    `${shelf.path(file)} is there and holds something else than this image. It is not overwritten: remove it if nothing needs it.`,
  )
}

const digestOf = async (
  folder: DatastoreFolder,
  name: string,
  { size, call }: { readonly size: number; readonly call: Call },
): Promise<string> => {
  const tell = teller(call, 'reading the image back', size)
  const hash = createHash('sha256')
  let bytes = 0
  for await (const piece of folder.download(name, call.signal)) {
    hash.update(piece)
    bytes += piece.length
    tell(bytes)
  }
  return hash.digest('hex')
}

// Each percent once: a large image has thousands of pieces.
const teller = (call: Call, words: string, size: number): ((bytes: number) => void) => {
  let told = -1
  return (bytes) => {
    const percent = size === 0 ? 100 : Math.floor((bytes / size) * 100)
    if (percent === told) return
    told = percent
    call.progress(words, percent / 100)
  }
}
