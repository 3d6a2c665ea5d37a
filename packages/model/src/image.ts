import type { Diagnostic } from './diagnostic.ts'
import type { PlainMap } from './plain.ts'
import type { Field, ObjectSchema } from './schema.ts'
import { object } from './schema.ts'

/** A way to make images, as the configuration sees it. */
export interface ImageType {
  /** The plugin's name in `images.*.plugin`. */
  readonly name: string
  readonly doc: string
  /** Where an image comes from. Expressions cannot stand in it, since it is read before everything else. */
  readonly config: ObjectSchema
}

/** What an image will be, known before it is made. */
export interface ImageIdentity {
  /** SHA-256 hex over all that the image is made of; null where that cannot be known, and the diagnostics say why. */
  readonly digest: string | null
  readonly diagnostics: readonly Diagnostic[]
  /** The texts that places of the diagnostics are in, by `Span.file`, with what may be secret covered. */
  readonly sources?: ReadonlyMap<string, string>
  /** One line for each thing that it is made of, without secrets: versions are compared by them. The same digest has the same lines. */
  readonly madeOf?: string
  /** The command line that its kernel is to be booted with. */
  readonly cmdline?: string
}

/** So many hexadecimal digits of the digest stand in addresses and file names. */
export const versionLength = 12

/** The name that the files of an image begin with, wherever it is pushed. */
export const imageStem = ({ name, digest }: Pick<ImageInputs, 'name' | 'digest'>): string => `${name}-${digest.slice(0, versionLength)}`

/** What every provider's image type takes, in normalised form; a provider adds where the image goes. */
export type ImageInputs = {
  readonly name: string
  readonly digest: string
  readonly format: ImageFormat
  readonly plugin: string
  readonly config: PlainMap
  readonly madeOf?: string
  readonly cmdline?: string
}

export const imageFormats = ['iso', 'kernel+initrd'] as const
export type ImageFormat = (typeof imageFormats)[number]

const common: Readonly<Record<string, Field>> = {
  name: { schema: { kind: 'string' }, required: true, doc: 'The name of the block under images.' },
  digest: { schema: { kind: 'string' }, required: true, doc: 'SHA-256 of all that it is made of.' },
  format: { schema: { kind: 'enum', values: imageFormats }, required: true, doc: 'Which files it consists of.' },
  plugin: { schema: { kind: 'string' }, required: true, doc: 'The plugin that makes it.' },
  config: { schema: { kind: 'any' }, required: true, doc: 'Where it comes from.' },
  madeOf: { schema: { kind: 'string' }, doc: 'What it is made of, one thing on each line.' },
  cmdline: { schema: { kind: 'string' }, doc: 'The command line of its kernel.' },
}

/** The inputs of a provider's image type: those of every image, and where this provider puts it. */
export const imageInputs = (placement: ObjectSchema): ObjectSchema => object({ ...placement.fields, ...common })

/** The part of an image type's inputs that says where the image goes. */
export const placementOf = ({ fields }: ObjectSchema): ObjectSchema =>
  object(Object.fromEntries(Object.entries(fields).filter(([key]) => !Object.hasOwn(common, key))))
