import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Observation } from '@forgeplan/model'
import { uid } from '@forgeplan/model'
import type { Call, Target } from '@forgeplan/sdk'
import { ProviderError } from '@forgeplan/sdk'
import { claimsIn, readClaim } from './claim.ts'
import { outputsOf } from './look.ts'
import { ownClaim } from './own.ts'
import { removeParts } from './put-file.ts'
import type { Shelf } from './shelf.ts'
import { isWhole } from './shelf.ts'
import { usersIn } from './users.ts'

interface Removal {
  readonly seen: Observation
  readonly call: Call
}

/** Takes an image away; files stay where another stack has them too, and what is left of one that was cut where somebody may need it. @throws ProviderError; the system's error. */
export const remove = async (shelf: Shelf, target: Target, { seen, call }: Removal): Promise<void> => {
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
