import type { Call, ImageFile, Target, Verb } from '@forgeplan/sdk'
import { ProviderError } from '@forgeplan/sdk'
import type { Claim } from './claim.ts'
import type { VsphereImageInputs } from './image-type.ts'
import { fileNameOf } from './image-type.ts'
import { ownClaim } from './own.ts'
import { isHeld, partOf, putFile } from './put-file.ts'
import { sharedFile } from './shared.ts'
import type { Shelf } from './shelf.ts'
import { imageId } from './shelves.ts'
import type { ImageTools } from './tools.ts'

/** What is to be pushed as which object. */
export interface Pushing {
  readonly target: Target
  readonly desired: VsphereImageInputs
  readonly call: Call
}

/** Where it stands now. */
export interface Pushed {
  readonly shelf: Shelf
  readonly claim: Claim
}

/** Puts an image where it is to be, and its note beside it. What it holds never changes: an update only writes the mark. @throws ProviderError; VsphereError. */
export const push = async (verb: Verb, tools: ImageTools, work: Pushing): Promise<Pushed> => {
  const { target, desired, call } = work
  const shelf = await tools.shelves.at(desired, call.signal)
  const standing = await ownClaim(shelf, target, call.signal)
  if (standing === null && verb !== 'create') throw new ProviderError('conflict', 'The image is gone.')
  call.signal.throwIfAborted()
  if (standing !== null && (await isDone(verb, shelf, { standing, target, call }))) {
    const claim = { ...standing, mark: target.mark }
    // Of an attempt that another stack has overtaken.
    if (verb === 'create') await shelf.folder(claim.file).remove(partOf(claim.file, target.uid), call.signal)
    await shelf.write(target.uid, claim, call.signal)
    return { shelf, claim }
  }
  return { shelf, claim: await pushNew(tools, shelf, work) }
}

// Where a creation is gone on with, nobody has seen yet that the file is what the note says: another stack may have put its own there.
const isDone = async (
  verb: Verb,
  shelf: Shelf,
  { standing, target, call }: { readonly standing: Claim; readonly target: Target; readonly call: Call },
): Promise<boolean> =>
  verb === 'create'
    ? isHeld(shelf, standing.file, call)
    : (await shelf.whole(new Map([[target.uid, standing]]), call.signal)).has(target.uid)

const pushNew = async ({ images }: ImageTools, shelf: Shelf, { target, desired, call }: Pushing): Promise<Claim> => {
  const shared = await sharedFile(shelf, { own: target.uid, desired, call })
  if (shared !== null) return took(shelf, target, { claim: { mark: target.mark, file: shared }, call })
  if (images === undefined) throw new ProviderError('internal', 'Nothing makes images here.')
  // From here on something may lie there, and whoever cleans up has to know where.
  await call.record(imageId(shelf, target.uid))
  const made = onlyIso(await images.make(desired, call))
  const file = { folder: desired.folder, name: fileNameOf(desired), size: made.size, sha256: made.sha256 }
  const claim: Claim = { mark: target.mark, file }
  call.signal.throwIfAborted()
  // Before the file: what is left when this is cut off has a note that says whose it is, and without its file it is no image.
  await shelf.write(target.uid, claim, call.signal)
  await putFile({ shelf, file, source: made, uid: target.uid }, call)
  await forgetLost(shelf, target, call.signal)
  return claim
}

const took = async (shelf: Shelf, target: Target, { claim, call }: { readonly claim: Claim; readonly call: Call }): Promise<Claim> => {
  await call.record(imageId(shelf, target.uid))
  call.signal.throwIfAborted()
  await shelf.write(target.uid, claim, call.signal)
  // From here on the other stack leaves it; it may have removed it just before.
  if (!(await shelf.whole(new Map([[target.uid, claim]]), call.signal)).has(target.uid))
    throw new ProviderError('transient', 'Another stack has just removed this version.')
  await shelf.folder(claim.file).remove(partOf(claim.file, target.uid), call.signal)
  await forgetLost(shelf, target, call.signal)
  return claim
}

const onlyIso = ([first, ...more]: readonly ImageFile[]): ImageFile => {
  if (first?.suffix === '.iso' && more.length === 0) return first
  throw new ProviderError('invalid', 'Machines of vSphere boot from CD-ROM images: push an image of format iso.')
}

// The object that stood at this address and lost its file is another one; with the file its note would be whole again.
const forgetLost = async (shelf: Shelf, { uid: own, mark }: Target, signal: AbortSignal): Promise<void> => {
  for (const [uid, claim] of await shelf.claims(signal)) {
    const lost = typeof claim === 'object' ? claim.mark : null
    if (uid === own || lost?.uid !== uid) continue
    if (lost.stack === mark.stack && lost.lineage === mark.lineage && lost.address === mark.address) await shelf.forget(uid, signal)
  }
}
