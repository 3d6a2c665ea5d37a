import type { ImageInputs, PlainMap, Present, ResourceType, ValueMap } from '@forgeplan/model'
import { imageInputs, imageStem, isList, object, typeName } from '@forgeplan/model'
import { basename, dirname, join } from 'node:path'

export const imageType = typeName('hyperkit', 'image')

/** Where images lie, in the root of the machines: no machine's directory begins with a dot. */
export const imageFolder = '.images'

/** Whether a path leads to where images are put, so that it may lead to nothing before one was pushed. */
export const isImagePath = (path: string): boolean => basename(dirname(path)) === imageFolder

/** What an image is known by once it stands. `usedBy` holds the host names of machines that boot from it. */
export type ImageOutputs = {
  readonly files: readonly string[]
  readonly size: number
  readonly usedBy: readonly string[]
}

const outputs = object({
  files: { schema: { kind: 'list', of: { kind: 'string' } }, doc: 'Its files, in the folder of the images.', required: true },
  size: { schema: { kind: 'size' }, doc: 'How much they hold together.', required: true },
  usedBy: { schema: { kind: 'list', of: { kind: 'string' } }, doc: 'Machines that boot from it.', required: true },
})

const paths = (inputs: ValueMap, settings: ValueMap): PlainMap => {
  const { name, digest, format, cmdline } = inputs as unknown as ImageInputs
  const root = typeof settings['root'] === 'string' ? settings['root'] : ''
  const stem = join(root, imageFolder, imageStem({ name, digest }))
  if (format === 'iso') return { iso: `${stem}.iso` }
  return { kernel: `${stem}-kernel`, initrd: `${stem}-initrd`, ...(cmdline === undefined ? {} : { cmdline }) }
}

const isUsed = ({ outputs: { usedBy } }: Present): boolean => usedBy !== undefined && isList(usedBy) && usedBy.length > 0

/** `hyperkit/image`: files in the root of the machines, named after what they hold. */
export const image: ResourceType = {
  name: imageType,
  doc: 'Files that machines boot from, in the root of the machines.',
  version: 1,
  inputs: imageInputs(object({})),
  outputs,
  effect: () => 'live',
  volatile: ['usedBy'],
  guest: 'none',
  paths,
  inUse: isUsed,
}
