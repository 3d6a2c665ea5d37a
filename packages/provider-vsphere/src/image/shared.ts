import type { Call } from '@forgeplan/sdk'
import type { Kept } from './claim.ts'
import type { VsphereImageInputs } from './image-type.ts'
import { fileNameOf } from './image-type.ts'
import { isHeld } from './put-file.ts'
import type { Shelf } from './shelf.ts'

/**
 * The file of the same version that another stack has put there, if it holds what its note says. It is taken as it stands: the
 * same source built twice need not give the same bytes, and machines read the one that is there.
 */
export const sharedFile = async (
  shelf: Shelf,
  { own, desired, call }: { readonly own: string; readonly desired: VsphereImageInputs; readonly call: Call },
): Promise<Kept | null> => {
  const [folder, name] = [desired.folder, fileNameOf(desired)]
  for (const [uid, claim] of await shelf.claims(call.signal)) {
    if (uid === own || claim === 'damaged' || claim.file.folder !== folder || claim.file.name !== name) continue
    if (await isHeld(shelf, claim.file, call)) return claim.file
  }
  return null
}
