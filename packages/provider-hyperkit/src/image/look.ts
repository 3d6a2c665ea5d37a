import { existsSync } from 'node:fs'
import type { Found, ImageInputs, Observation, RemoteId, Uid } from '@forgeplan/model'
import { remoteId } from '@forgeplan/model'
import type { Call, Target } from '@forgeplan/sdk'
import type { Claim } from './claim.ts'
import { claimsIn, readClaim } from './claim.ts'
import type { ImageOutputs } from './image-type.ts'
import { imageType } from './image-type.ts'
import { damagedNote, isMarkOf } from './own.ts'
import type { Shelf } from './shelf.ts'
import { isWhole } from './shelf.ts'
import type { Users } from './users.ts'
import { usersIn } from './users.ts'

type Seen = Observation<ImageInputs, ImageOutputs>

/** What there is of the targets. @throws the system's error. */
export const observe = async (shelf: Shelf, targets: readonly Target[], call: Call): Promise<ReadonlyMap<Uid, Seen>> => {
  const users = await usersIn(shelf, call.signal)
  const hasRoot = existsSync(shelf.root)
  const seen = await Promise.all(
    targets.map(async (target) => [target.uid, hasRoot || target.id === null ? await look(shelf, target, users) : noRoot] as const),
  )
  return new Map(seen)
}

// A root that stood once and is missing now may be a disk that is not mounted.
const noRoot: Seen = { kind: 'unreadable', lastSeen: null, why: 'The root directory of the machines is missing, and the images with it.' }

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

/** What an image is known by. */
export const outputsOf = ({ files }: Claim, users: Users): ImageOutputs => ({
  files: files.map(({ name }) => name),
  size: files.reduce((sum, { size }) => sum + size, 0),
  usedBy: [...new Set(files.flatMap(({ name }) => users(name)))].toSorted(),
})

/** Every image that carries a stack's mark. @throws the system's error. */
export async function* list(shelf: Shelf, stack: string, call: Call): AsyncIterable<Found> {
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
