import type { Mark, Uid } from '@forgeplan/model'
import type { Target } from '@forgeplan/sdk'
import { ProviderError } from '@forgeplan/sdk'
import type { Claim } from './claim.ts'
import type { Shelf } from './shelf.ts'

/** The target's claim; null where there is none. @throws ProviderError `conflict` where it is another's. */
export const ownClaim = async (shelf: Shelf, { uid, mark }: Target, signal: AbortSignal): Promise<Claim | null> => {
  const claim = await shelf.claim(uid, signal)
  if (claim === null) return null
  if (claim === 'damaged') throw new ProviderError('conflict', 'The note of the image is damaged; it is not touched.')
  if (claim.mark !== null && !isMarkOf(claim.mark, uid, mark))
    throw new ProviderError('conflict', 'The image belongs to another stack or lineage and is not touched.')
  return claim
}

/** Whether a mark says that it is the object of that uid of the same stack. */
export const isMarkOf = (mark: Mark | null, own: Uid, { stack, lineage }: Mark): boolean =>
  mark !== null && mark.uid === own && mark.stack === stack && mark.lineage === lineage
