import type { Found, Mark, StackName } from '@forgeplan/model'
import type { Call, Handler, Target } from '@forgeplan/sdk'
import { ProviderError } from '@forgeplan/sdk'
import { asProviderError, inWords } from '../errors.ts'
import type { ImageOutputs, VsphereImageInputs } from './image-type.ts'
import { imageType } from './image-type.ts'
import type { Sight } from './look.ts'
import { observationOf, outputsOf, sightsOf, stockOf, usersOf } from './look.ts'
import { ownClaim } from './own.ts'
import { imagePreflight } from './preflight.ts'
import { push } from './push.ts'
import { remove } from './remove.ts'
import { imageId } from './shelves.ts'
import type { ImageTools } from './tools.ts'

/** Everything that can be done with the images of one vCenter. */
export const imageHandler = (tools: ImageTools): Handler<VsphereImageInputs, ImageOutputs> => ({
  observe: (targets, call) =>
    inWords(async () => {
      const sights = await sightsOf(tools.shelves, targets, call.signal)
      const users = await usersOf(tools, [...sights.values()], call.signal)
      return new Map([...sights].map(([{ uid }, sight]) => [uid, observationOf(sight, users)]))
    }),
  list: (stack, call) => list(tools, stack, call),
  apply: (verb, target, desired, _seen, call) =>
    inWords(async () => {
      const { shelf, claim } = await push(verb, tools, { target, desired, call })
      return { id: imageId(shelf, target.uid), outputs: outputsOf(shelf, claim, await tools.users(call.signal)) }
    }),
  delete: (target, seen, call) => inWords(() => remove(tools, target, { seen, call })),
  mark: (target, mark, call) => inWords(() => putMark(tools, target, { mark, call })),
  preflight: (wanted, call, touched) => inWords(() => imagePreflight(tools, { wanted, touched }, call)),
})

async function* list(tools: ImageTools, stack: StackName, { signal }: Call): AsyncIterable<Found> {
  try {
    const own: { readonly mark: Mark; readonly sight: Sight }[] = []
    for (const shelf of await tools.shelves.known(signal)) {
      const { claims, whole } = await stockOf(shelf, signal)
      for (const [uid, claim] of claims) {
        if (typeof claim !== 'object' || claim.mark?.stack !== stack) continue
        const { mark } = claim
        if (mark.uid !== uid) own.push({ mark, sight: { kind: 'copy', id: imageId(shelf, uid), of: mark.uid } })
        else if (whole.has(uid)) own.push({ mark, sight: { kind: 'stands', shelf, uid, claim } })
      }
    }
    const sights = own.map(({ sight }) => sight)
    const users = await usersOf(tools, sights, signal)
    for (const { mark, sight } of own) yield { type: imageType, mark, observation: observationOf(sight, users) }
  } catch (error) {
    throw asProviderError(error)
  }
}

const putMark = async (
  { shelves }: ImageTools,
  target: Target,
  { mark, call }: { readonly mark: Mark | null; readonly call: Call },
): Promise<void> => {
  const { signal } = call
  const shelf = await shelves.of(target, signal)
  const claim = shelf === null ? null : await ownClaim(shelf, target, signal)
  if (claim === null && mark !== null) throw new ProviderError('conflict', 'The image is gone.')
  signal.throwIfAborted()
  if (shelf !== null && claim !== null) await shelf.write(target.uid, { ...claim, mark }, signal)
}
