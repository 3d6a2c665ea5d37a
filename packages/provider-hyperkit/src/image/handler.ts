import type { Found, ImageInputs, Mark, Observation, RemoteId, Uid } from '@forgeplan/model'
import { imageStem, remoteId, uid } from '@forgeplan/model'
import type { Call, Handler, ImageFiles, Target, Verb } from '@forgeplan/sdk'
import { ProviderError } from '@forgeplan/sdk'
import { existsSync } from 'node:fs'
import { mkdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { errorCode } from '../home/files.ts'
import type { Claim } from './claim.ts'
import { claimsIn, readClaim, writeClaim } from './claim.ts'
import type { ImageOutputs } from './image-type.ts'
import { imageFolder, imageType } from './image-type.ts'
import { putFile, removeParts } from './put-file.ts'
import { areWhole, sharedFiles } from './shared.ts'
import type { Users } from './users.ts'
import { usersIn } from './users.ts'

type Seen = Observation<ImageInputs, ImageOutputs>

interface Shelf {
  /** Absolute path of the folder with the images. */
  readonly folder: string
  /** Absolute path of the root of the machines. */
  readonly root: string
  /** Absolute path that relative paths of machines start at. */
  readonly base: string
}

/** Everything that can be done with the images of one root directory. */
export const imageHandler = (root: string, base: string, images: ImageFiles | undefined): Handler<ImageInputs, ImageOutputs> => {
  const shelf: Shelf = { root, base, folder: join(root, imageFolder) }
  return {
    observe: (targets, call) => observe(shelf, targets, call),
    list: (stack, call) => list(shelf, stack, call),
    apply: async (verb, target, desired, _seen, call) => {
      const claim = await put(verb, shelf, target, { desired, images, call })
      return { id: remoteId(target.uid), outputs: outputsOf(claim, await usersIn(shelf, call.signal)) }
    },
    delete: (target, seen, call) => remove(shelf, target, { seen, call }),
    mark: (target, mark) => remark(shelf, target, mark),
  }
}

const observe = async (shelf: Shelf, targets: readonly Target[], call: Call): Promise<ReadonlyMap<Uid, Seen>> => {
  const users = await usersIn(shelf, call.signal)
  const hasRoot = existsSync(shelf.root)
  const seen = await Promise.all(
    targets.map(async (target) => [target.uid, hasRoot || target.id === null ? await look(shelf, target, users) : noRoot] as const),
  )
  return new Map(seen)
}

// A root that stood once and is missing now may be a disk that is not mounted.
const noRoot: Seen = { kind: 'unreadable', lastSeen: null, why: 'The root directory of the machines is missing, and the images with it.' }

const damagedNote = (own: string): string =>
  `The note ${own}.json in ${imageFolder} is damaged. Remove it if nobody can mend it: whole files of a wanted version are then taken as they stand, others stay.`

const look = async (shelf: Shelf, { uid: own, id, mark }: Target, users: Users): Promise<Seen> => {
  const claim = await readClaim(shelf.folder, own)
  if (claim === undefined) return { kind: 'unreadable', lastSeen: null, why: damagedNote(own) }
  if (claim === null) return id === null || id === remoteId(own) ? { kind: 'absent' } : lookById(shelf, id, own)
  // A note with another mark is not the target's to take away.
  if (!(await isWhole(shelf, claim))) return isMarkOf(claim.mark, own, mark) ? { kind: 'absent', remains: true } : { kind: 'absent' }
  if (claim.mark !== null && claim.mark.uid !== own) return { kind: 'copy', id: remoteId(own), of: claim.mark.uid }
  if (claim.mark !== null && claim.mark.lineage !== mark.lineage) return { kind: 'foreign', id: remoteId(own), lineage: claim.mark.lineage }
  return present(claim, own, users)
}

// An image is found by its uid; a recorded id that leads elsewhere can only lead to a copy.
const lookById = async ({ folder }: Shelf, id: RemoteId, own: Uid): Promise<Seen> => {
  const other = await readClaim(folder, id)
  return other?.mark?.uid === own ? { kind: 'copy', id, of: own } : { kind: 'absent' }
}

const present = (claim: Claim, own: string, users: Users): Seen => ({
  kind: 'present',
  id: remoteId(own),
  inputs: {},
  outputs: outputsOf(claim, users),
  status: { kind: 'running' },
})

const outputsOf = ({ files }: Claim, users: Users): ImageOutputs => ({
  files: files.map(({ name }) => name),
  size: files.reduce((sum, { size }) => sum + size, 0),
  usedBy: [...new Set(files.flatMap(({ name }) => users(name)))].toSorted(),
})

// A file that is gone or cut makes the image one that is not there: it is put there again.
const isWhole = async ({ folder }: Shelf, { files }: Claim): Promise<boolean> => {
  const sizes = await Promise.all(files.map(({ name }) => sizeOf(join(folder, name))))
  return files.every(({ size }, at) => sizes[at] === size)
}

const sizeOf = async (path: string): Promise<number | null> => {
  try {
    return (await stat(path)).size
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return null
    throw error
  }
}

async function* list(shelf: Shelf, stack: string, call: Call): AsyncIterable<Found> {
  const users = await usersIn(shelf, call.signal)
  for (const own of await claimsIn(shelf.folder)) {
    const claim = await readClaim(shelf.folder, own)
    // Without its files it is no image any more: nothing that stands here could be forgotten.
    if (claim?.mark?.stack !== stack || !(await isWhole(shelf, claim))) continue
    const isCopy = claim.mark.uid !== own
    yield {
      type: imageType,
      mark: claim.mark,
      observation: isCopy ? { kind: 'copy', id: remoteId(own), of: claim.mark.uid } : present(claim, own, users),
    }
  }
}

const isMarkOf = (mark: Mark | null, own: Uid, { stack, lineage }: Mark): boolean =>
  mark !== null && mark.uid === own && mark.stack === stack && mark.lineage === lineage

/** Its claim, if it is there and genuinely the target's. @throws ProviderError `conflict` for anything else. */
const ownClaim = async ({ folder }: Shelf, { uid: own, mark }: Target): Promise<Claim | null> => {
  const claim = await readClaim(folder, own)
  if (claim === null) return null
  if (claim === undefined) throw new ProviderError('conflict', `${damagedNote(own)} It is not touched.`)
  if (claim.mark !== null && !isMarkOf(claim.mark, own, mark))
    throw new ProviderError('conflict', 'The image belongs to another stack or lineage and is not touched.')
  return claim
}

interface Work {
  readonly desired: ImageInputs
  readonly images: ImageFiles | undefined
  readonly call: Call
}

// What it holds never changes: an update only writes the mark.
const put = async (verb: Verb, shelf: Shelf, target: Target, work: Work): Promise<Claim> => {
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

interface Removal {
  readonly seen: Observation
  readonly call: Call
}

const remove = async (shelf: Shelf, target: Target, { seen, call }: Removal): Promise<void> => {
  const claim = await ownClaim(shelf, target)
  if (claim === null) return
  if (claim.mark === null) throw new ProviderError('conflict', 'The image carries no mark: it is not managed by forge and is not touched.')
  const whole = await isWhole(shelf, claim)
  if (whole && seen.kind === 'absent' && seen.remains === true)
    throw new ProviderError('conflict', 'The image was gone and has come back; it is not touched. Plan again.')
  const others = await othersOf(shelf, target.uid)
  if (others === null && whole)
    throw new ProviderError(
      'conflict',
      'A note of another image in .images is damaged, so nobody can tell which files it needs. Remove it, if nobody can mend it.',
    )
  // What is left of an image that was cut stays where somebody may need it.
  const files = claim.files.filter(({ name }) => others?.has(name) === false)
  const { usedBy } = outputsOf({ ...claim, files }, await usersIn(shelf, call.signal))
  const isUsed = usedBy.length > 0
  if (isUsed && whole) throw new ProviderError('conflict', `The image is in use by ${usedBy.slice(0, 3).join(', ')}.`)
  call.signal.throwIfAborted()
  // The files first: what is left when this is cut off still has a note that says whose it is.
  for (const { name } of files) await (isUsed ? removeParts : removeFile)(join(shelf.folder, name))
  await rm(join(shelf.folder, `${target.uid}.json`), { force: true })
}

const removeFile = async (path: string): Promise<void> => {
  await removeParts(path)
  await rm(path, { force: true })
}

// Files that another stack, too, says are its image; null where a note cannot be read that may say so.
const othersOf = async ({ folder }: Shelf, own: string): Promise<ReadonlySet<string> | null> => {
  const claims = (await claimsIn(folder)).filter((each) => each !== own)
  const kept = await Promise.all(claims.map((each) => readClaim(folder, uid(each))))
  if (kept.includes(undefined)) return null
  return new Set(kept.flatMap((claim) => claim?.files ?? []).map(({ name }) => name))
}

const remark = async (shelf: Shelf, target: Target, mark: Mark | null): Promise<void> => {
  const claim = await ownClaim(shelf, target)
  if (claim === null && mark !== null) throw new ProviderError('conflict', 'The image is gone.')
  if (claim !== null) await writeClaim(shelf.folder, target.uid, { ...claim, mark })
}
