import type { Mark, Uid } from '@forgeplan/model'
import type { Target } from '@forgeplan/sdk'
import { ProviderError } from '@forgeplan/sdk'
import type { Claim } from './claim.ts'
import { readClaim } from './claim.ts'
import { imageFolder } from './image-type.ts'
import type { Shelf } from './shelf.ts'

/** Whether a mark says that it is the object of that uid of the same stack. */
export const isMarkOf = (mark: Mark | null, own: Uid, { stack, lineage }: Mark): boolean =>
  mark !== null && mark.uid === own && mark.stack === stack && mark.lineage === lineage

/** Its claim, if it is there and genuinely the target's. @throws ProviderError `conflict` for anything else. */
export const ownClaim = async ({ folder }: Shelf, { uid: own, mark }: Target): Promise<Claim | null> => {
  const claim = await readClaim(folder, own)
  if (claim === null) return null
  if (claim === undefined) throw new ProviderError('conflict', `${damagedNote(own)} It is not touched.`)
  if (claim.mark !== null && !isMarkOf(claim.mark, own, mark))
    throw new ProviderError('conflict', 'The image belongs to another stack or lineage and is not touched.')
  return claim
}

/** What is to be said of a note that cannot be read, as sentences. */
export const damagedNote = (own: string): string =>
  `The note ${own}.json in ${imageFolder} is damaged. Remove it if nobody can mend it: whole files of a wanted version are then taken as they stand, others stay.`
