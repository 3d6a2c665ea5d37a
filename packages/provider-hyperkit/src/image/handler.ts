import { join } from 'node:path'
import type { ImageInputs, Mark } from '@forgeplan/model'
import { remoteId } from '@forgeplan/model'
import type { Handler, ImageFiles, Target } from '@forgeplan/sdk'
import { ProviderError } from '@forgeplan/sdk'
import { writeClaim } from './claim.ts'
import type { ImageOutputs } from './image-type.ts'
import { imageFolder } from './image-type.ts'
import { list, observe, outputsOf } from './look.ts'
import { ownClaim } from './own.ts'
import { push } from './push.ts'
import { remove } from './remove.ts'
import type { Shelf } from './shelf.ts'
import { usersIn } from './users.ts'

/** Everything that can be done with the images of one root directory. */
export const imageHandler = (root: string, base: string, images: ImageFiles | undefined): Handler<ImageInputs, ImageOutputs> => {
  const shelf: Shelf = { root, base, folder: join(root, imageFolder) }
  return {
    observe: (targets, call) => observe(shelf, targets, call),
    list: (stack, call) => list(shelf, stack, call),
    apply: async (verb, target, desired, _seen, call) => {
      const claim = await push(verb, shelf, target, { desired, images, call })
      return { id: remoteId(target.uid), outputs: outputsOf(claim, await usersIn(shelf, call.signal)) }
    },
    delete: (target, seen, call) => remove(shelf, target, { seen, call }),
    mark: (target, mark) => remark(shelf, target, mark),
  }
}

const remark = async (shelf: Shelf, target: Target, mark: Mark | null): Promise<void> => {
  const claim = await ownClaim(shelf, target)
  if (claim === null && mark !== null) throw new ProviderError('conflict', 'The image is gone.')
  if (claim !== null) await writeClaim(shelf.folder, target.uid, { ...claim, mark })
}
