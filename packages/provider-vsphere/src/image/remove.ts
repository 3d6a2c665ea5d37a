import type { Observation } from '@forgeplan/model'
import type { Call, Target } from '@forgeplan/sdk'
import { ProviderError } from '@forgeplan/sdk'
import type { Claim } from './claim.ts'
import type { ImageOutputs } from './image-type.ts'
import { outputsOf } from './look.ts'
import { ownClaim } from './own.ts'
import { partOf } from './put-file.ts'
import type { Noted } from './shelf.ts'
import type { ImageTools } from './tools.ts'
import { usersIn } from './users.ts'

interface Removal {
  readonly seen: Observation
  readonly call: Call
}

/**
 * Takes an image away, with what is left of its upload. The file stays where another stack has it too, and where it is not
 * what was pushed: whose it is then, nobody can tell.
 * @throws ProviderError; VsphereError.
 */
export const remove = async ({ client, shelves }: ImageTools, target: Target, { seen, call: { signal } }: Removal): Promise<void> => {
  const shelf = await shelves.of(target, signal)
  if (shelf === null) return
  const claim = await ownClaim(shelf, target, signal)
  if (claim === null) return shelf.forget(target.uid, signal)
  if (claim.mark === null) throw new ProviderError('conflict', 'The image carries no mark: it is not managed by forge and is not touched.')
  const isShared = async (): Promise<boolean> =>
    [...(await shelf.claims(signal))].some(([uid, other]) => uid !== target.uid && isSame(other, claim))
  const isWhole = (await shelf.whole(new Map([[target.uid, claim]]), signal)).has(target.uid)
  if (isWhole && seen.kind === 'absent' && seen.remains === true)
    throw new ProviderError('conflict', 'The image was gone and has come back; it is not touched. Plan again.')
  const stays = !isWhole || (await isShared())
  if (!stays) refuseUsed(outputsOf(shelf, claim, await usersIn(client, signal)))
  signal.throwIfAborted()
  const folder = shelf.folder(claim.file)
  // The files first: what is left when this is cut off still has a note that says whose it is.
  await folder.remove(partOf(claim.file, target.uid), signal)
  // The machines took a while to read, and another stack may have taken the file for its own meanwhile.
  if (!stays && !(await isShared())) await folder.remove(claim.file.name, signal)
  await shelf.forget(target.uid, signal)
}

const refuseUsed = ({ usedBy }: ImageOutputs): void => {
  if (usedBy.length > 0) throw new ProviderError('conflict', `The image is in use by ${usedBy.slice(0, 3).join(', ')}.`)
}

// Whether another stack, too, says that the file is its image.
const isSame = (other: Noted, { file }: Claim): boolean => {
  if (other === 'damaged')
    throw new ProviderError('conflict', 'The note of another image is damaged, so nobody can tell which file it needs.')
  return other.file.name === file.name && other.file.folder === file.folder
}
