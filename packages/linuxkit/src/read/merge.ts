import type { Image, Kernel } from './types.ts'

/** Several files as one, in the order given, as linuxkit does it: what a later kernel says wins, lists are appended. */
export const merge = (images: readonly Image[]): Image => ({
  kernel: Object.assign({}, ...images.map(({ kernel }) => saidOf(kernel))) as Kernel,
  init: images.flatMap(({ init }) => init),
  onboot: images.flatMap(({ onboot }) => onboot),
  onshutdown: images.flatMap(({ onshutdown }) => onshutdown),
  services: images.flatMap(({ services }) => services),
  volumes: images.flatMap(({ volumes }) => volumes),
  files: images.flatMap(({ files }) => files),
})

// Nothing written is nothing said, except for tar, where it means that there is no archive.
const saidOf = (kernel: Kernel): Kernel => Object.fromEntries(Object.entries(kernel).filter(([key, text]) => key === 'tar' || text !== ''))
