import type { ImageInputs, PlainMap, Present, ResourceType, ValueMap } from '@forgeplan/model'
import { imageInputs, imageStem, isList, object, typeName } from '@forgeplan/model'
import { parseIso } from '../places/iso-path.ts'
import { segmentsOf } from '../places/naming.ts'

export const imageType = typeName('vsphere', 'image')

/** The folder of each datastore with the notes on its images; without another the images lie there, too. */
export const noteFolder = 'forge-images'

/** What every image says of itself, and where in vSphere it goes. */
export type VsphereImageInputs = ImageInputs & { readonly datastore: string; readonly folder: string; readonly datacenter?: string }

/** What an image is known by once it stands. `size` is bytes; `usedBy` holds the names of machines whose CD-ROM names it. */
export type ImageOutputs = {
  /** `[datastore] folder/name-version.iso` */
  readonly file: string
  readonly size: number
  readonly usedBy: readonly string[]
}

const name = { kind: 'string', maxLength: 1024 } as const

const placement = object({
  datastore: { schema: name, doc: 'The datastore that it is uploaded to.', required: true, examples: ['nfs'] },
  folder: {
    schema: {
      kind: 'string',
      maxLength: 1024,
      pattern: '^(?!\\.\\.?(/|$))[^/\\[\\]]+(/(?!\\.\\.?(/|$))[^/\\[\\]]+)*$',
      patternHint: 'a path in the datastore, such as "images"',
    },
    doc: 'The folder of the datastore.',
    default: noteFolder,
    examples: ['images'],
  },
  datacenter: { schema: name, doc: 'The datacenter. Default: that of the provider, or the only one.' },
})

const outputs = object({
  file: { schema: { kind: 'string' }, doc: 'Where it lies: [datastore] folder/file.', required: true },
  size: { schema: { kind: 'size' }, doc: 'How much it holds.', required: true },
  usedBy: { schema: { kind: 'list', of: { kind: 'string' } }, doc: 'Machines whose CD-ROM names it.', required: true },
})

/** The file's name: content-addressed, so that another content is never put in its place. */
export const fileNameOf = (inputs: Pick<ImageInputs, 'name' | 'digest'>): string => `${imageStem(inputs)}.iso`

/** Whether a file's name is one that forge gives to images. */
export const isImageName = (file: string): boolean => /^[a-z][a-z0-9-]{0,62}-[0-9a-f]{12}\.iso$/.test(file)

/** Whether a path leads to what an image is pushed as, so that it may lead to nothing before that. */
export const isImagePath = (iso: string): boolean => isImageName(parseIso(iso)?.file ?? '')

// A datastore that is named by its path has its name at the end of it.
const paths = (inputs: ValueMap): PlainMap => {
  const { datastore, folder, format, ...image } = inputs as unknown as VsphereImageInputs
  return format === 'iso' ? { iso: `[${segmentsOf(datastore).at(-1) ?? ''}] ${folder}/${fileNameOf(image)}` } : {}
}

const isUsed = ({ outputs: { usedBy } }: Present): boolean => usedBy !== undefined && isList(usedBy) && usedBy.length > 0

/** `vsphere/image`: a CD-ROM image in a datastore, named after what it holds. */
export const image: ResourceType = {
  name: imageType,
  doc: 'A CD-ROM image in a datastore that machines boot from.',
  version: 1,
  inputs: imageInputs(placement),
  outputs,
  // What has it in its CD-ROM would have to let it go before it could go from where it is.
  effect: (field) => (Object.hasOwn(placement.fields, field) ? 'refuse' : 'live'),
  volatile: ['usedBy'],
  guest: 'none',
  paths,
  inUse: isUsed,
}
