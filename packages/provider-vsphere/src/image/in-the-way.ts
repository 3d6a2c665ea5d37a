import type { Wanted } from '@forgeplan/sdk'
import { isFault, VsphereError } from '@forgeplan/vsphere-soap'
import type { Finding } from '../preflight/finding.ts'
import type { VsphereImageInputs } from './image-type.ts'
import { fileNameOf } from './image-type.ts'
import type { Shelf } from './shelf.ts'

/** An image that is wanted, by its address. */
export type Wish = Pick<Wanted<VsphereImageInputs>, 'address' | 'inputs'>

/**
 * What stands where an image is to be put, and is no image of anybody: nothing is ever written over it, so that the push
 * ends there unless it happens to hold the same.
 * @throws VsphereError; the signal's reason.
 */
export const inTheWay = async (shelf: Shelf, { address, inputs }: Wish, signal: AbortSignal): Promise<readonly Finding[]> => {
  const { folder, name: image, digest } = inputs
  if (folder === undefined || image === undefined || digest === undefined) return []
  const name = fileNameOf({ name: image, digest })
  try {
    const standing = await shelf.sizes(shelf.folder({ folder }), [name], signal)
    const size = standing.get(name)
    if (size === undefined) return []
    const claims = await shelf.claims(signal)
    const whole = await shelf.whole(claims, signal)
    const ofFile = [...claims].filter(([, claim]) => typeof claim === 'object' && claim.file.folder === folder && claim.file.name === name)
    if (ofFile.some(([uid]) => whole.has(uid))) return []
    const says = ofFile.length === 0 ? 'and no note says that it is an image' : 'and is not what the note of an image says'
    const path = shelf.folder({ folder }).path(name)
    const text = `${path} is there (${String(size)} bytes), ${says}. It is taken if it holds the same, and never overwritten: remove it if nothing needs it.`
    return [{ severity: 'warning', code: 'FORGE5318', summary: 'A file stands where an image is to be put', text, address }]
  } catch (error) {
    // What this login may not do is told with the privileges, and a note may be on its way just now.
    if (isFault(error, 'NoPermission') || (error instanceof VsphereError && error.kind === 'http')) return []
    throw error
  }
}
