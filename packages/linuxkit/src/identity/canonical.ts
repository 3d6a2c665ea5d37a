import { canonicalJson } from '@forgeplan/model'
import type { Container, Image, Kernel } from '../read/types.ts'
import { readReference } from './reference.ts'

/**
 * One text for all ways to write the same image: without comments, order of keys and formatting, with references and
 * defaults filled in. The order of lists counts, since containers and files are made in it.
 */
export const canonical = (image: Image): string => canonicalJson(completed(image))

/** The same image with references and defaults filled in. */
export const completed = (image: Image): Image => ({
  ...image,
  kernel: kernelOf(image.kernel),
  init: image.init.map(resolvedOf),
  onboot: image.onboot.map(containerOf),
  onshutdown: image.onshutdown.map(containerOf),
  services: image.services.map(containerOf),
  volumes: image.volumes.map((volume) => ({ ...volume, image: resolvedOf(volume.image ?? '') })),
})

const kernelOf = (kernel: Kernel): Kernel => ({
  ...kernel,
  image: resolvedOf(kernel.image ?? ''),
  binary: kernel.binary ?? 'kernel',
  tar: kernel.tar === '' ? 'none' : (kernel.tar ?? 'kernel.tar'),
})

const containerOf = (container: Container): Container => ({ ...container, image: resolvedOf(container.image) })

const resolvedOf = (written: string): string => {
  const read = readReference(written)
  return read.ok ? read.reference.resolved : written
}
