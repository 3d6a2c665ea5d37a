import type { PlainMap } from '@forgeplan/model'
import type { Container, Image, ImageFile, Kernel, Volume } from './types.ts'

/** The typed value of a file that its schema has accepted. */
export const imageOf = (value: PlainMap): Image => ({
  kernel: (value['kernel'] ?? {}) as unknown as Kernel,
  init: listOf(value['init']),
  onboot: listOf<PlainMap>(value['onboot']).map(containerOf),
  onshutdown: listOf<PlainMap>(value['onshutdown']).map(containerOf),
  services: listOf<PlainMap>(value['services']).map(containerOf),
  volumes: listOf<Volume>(value['volumes']),
  files: listOf<ImageFile>(value['files']),
})

// The schema has said what the items are.
const listOf = <T>(value: unknown): readonly T[] => (value ?? []) as readonly T[]

const containerOf = ({ name, image, ...settings }: PlainMap): Container => ({ name: String(name), image: String(image), settings })
