import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { ImageInputs } from '@forgeplan/model'
import { imageStem } from '@forgeplan/model'
import type { Call, ImageFiles, Target, Verb } from '@forgeplan/sdk'
import { ProviderError } from '@forgeplan/sdk'
import type { Claim } from './claim.ts'
import { claimsIn, readClaim, writeClaim } from './claim.ts'
import { ownClaim } from './own.ts'
import { putFile } from './put-file.ts'
import { areWhole, sharedFiles } from './shared.ts'
import type { Shelf } from './shelf.ts'
import { isWhole } from './shelf.ts'

/** What is to be pushed, and what makes it. */
export interface Work {
  readonly desired: ImageInputs
  readonly images: ImageFiles | undefined
  readonly call: Call
}

/** Puts an image into its folder, and its note beside it. What it holds never changes: an update only writes the mark. @throws ProviderError; the system's error. */
export const push = async (verb: Verb, shelf: Shelf, target: Target, work: Work): Promise<Claim> => {
  const standing = await ownClaim(shelf, target)
  if (standing === null && verb !== 'create') throw new ProviderError('conflict', 'The image is gone.')
  if (standing !== null && (await isDone(verb, shelf, standing, work.call))) {
    const claim = { ...standing, mark: target.mark }
    await writeClaim(shelf.folder, target.uid, claim)
    return claim
  }
  return (await takeShared(shelf, target, work)) ?? makeNew(shelf, target, work)
}

// Where a creation is gone on with, nobody has seen yet that the files are what the note says: another stack may have put its own there.
const isDone = (verb: Verb, shelf: Shelf, { mark, files }: Claim, { signal }: Call): Promise<boolean> =>
  verb === 'create' ? areWhole(shelf.folder, files, signal) : isWhole(shelf, { mark, files })

const takeShared = async (shelf: Shelf, target: Target, { desired, call }: Work): Promise<Claim | null> => {
  const files = await sharedFiles(shelf.folder, { own: target.uid, desired, signal: call.signal })
  if (files === null) return null
  const claim = { mark: target.mark, files }
  await writeClaim(shelf.folder, target.uid, claim)
  // From here on the other stack leaves them; it may have removed them just before.
  if (!(await isWhole(shelf, claim))) throw new ProviderError('transient', 'Another stack has just removed this version.')
  await forgetLost(shelf, target)
  return claim
}

const makeNew = async (shelf: Shelf, target: Target, work: Work): Promise<Claim> => {
  const { desired, images, call } = work
  if (images === undefined) throw new ProviderError('internal', 'Nothing makes images here.')
  const made = await images.make(desired, call)
  // Making takes its time, and another stack may have been faster.
  const taken = await takeShared(shelf, target, work)
  if (taken !== null) return taken
  await mkdir(shelf.folder, { recursive: true, mode: 0o700 })
  const files: Claim['files'] = made.map(({ suffix, size, sha256 }) => ({ name: `${imageStem(desired)}${suffix}`, size, sha256 }))
  const claim: Claim = { mark: target.mark, files }
  const isAnothers = async (): Promise<boolean> =>
    (await sharedFiles(shelf.folder, { own: target.uid, desired, signal: call.signal })) !== null
  call.signal.throwIfAborted()
  // Before the files: what is left when this is cut off has a note that says whose it is, and their sizes tell that they are not whole.
  await writeClaim(shelf.folder, target.uid, claim)
  for (const [at, file] of made.entries()) await putFile(file, join(shelf.folder, files[at]?.name ?? ''), { call, isAnothers })
  await forgetLost(shelf, target)
  return claim
}

// The object that stood at this address and lost its files is another one; with them its note would be whole again.
const forgetLost = async ({ folder }: Shelf, { uid: own, mark }: Target): Promise<void> => {
  for (const other of await claimsIn(folder)) {
    if (other === own) continue
    const lost = (await readClaim(folder, other))?.mark
    if (lost?.uid === other && lost.stack === mark.stack && lost.lineage === mark.lineage && lost.address === mark.address)
      await rm(join(folder, `${other}.json`), { force: true })
  }
}
