import type { Diagnostic, ImageIdentity, ImageInputs, ImageType, PlainMap } from '@forgeplan/model'
import type { Call, ImageFile } from './provider.ts'

/** Where the sources of an image are, and where what is made of them may be kept. */
export interface ImageHost {
  /** Absolute path of the configuration's folder; relative paths start here. */
  readonly directory: string
  /** Absolute path of a folder for finished files; it may not exist yet. */
  readonly cache: string
  /** Ends what is read while planning; an image that is made goes by the signal of its call. */
  readonly signal: AbortSignal
  /** What stands in place of a text that may be secret: the same for the same text, and no way back for whoever lacks the state's key. */
  hide(text: string): string
}

/** A way to make images: the pure half that the configuration uses, and the effects. */
export interface ImageMaker extends ImageType {
  /** What the block would make, as it stands in the file: nothing in it has been checked yet. Changes nothing. */
  identify(block: PlainMap, host: ImageHost): Promise<ImageIdentity>
  /** What keeps the image from being made here, such as a program that is not installed. Asked only for what a plan makes. */
  preflight?(inputs: ImageInputs, host: ImageHost): Promise<readonly Diagnostic[]>
  /** @throws ProviderError `conflict` when the source is no longer what the digest says, `invalid` when it cannot be built. */
  make(inputs: ImageInputs, host: ImageHost, call: Call): Promise<readonly ImageFile[]>
}

/** Checks at compile time that it is whole, and returns it. */
export const defineImageMaker = (maker: ImageMaker): ImageMaker => maker
