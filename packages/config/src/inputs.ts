import type { ImageIdentity, Plain, SecretSource } from '@forgeplan/model'

/** A file that the document asks for: its text, or a sentence that says why it cannot be read. */
export type FileInput = { readonly text: string } | { readonly problem: string }

/** What was gathered from outside for one document. */
export interface Inputs {
  /** `--env`. */
  readonly environmentName?: string
  /** Values of `env.NAME` that are set. */
  readonly environment: ReadonlyMap<string, string>
  readonly files: ReadonlyMap<string, FileInput>
  /** What each block under `images` will be; none where its plugin is not known. */
  readonly images: ReadonlyMap<string, ImageIdentity>
  /** Given values: text from `FORGE_VAR_*` or `--var`, or typed from a variable file. */
  readonly variables: ReadonlyMap<string, Plain>
  /** In a few words, without the value, where a variable was given: `--var port`. */
  readonly origins: ReadonlyMap<string, string>
  /** Those that exist; the digest is HMAC-SHA256 hex, null before there is a key. */
  readonly secrets: ReadonlyMap<SecretSource, { readonly digest: string | null; readonly isEmpty: boolean }>
}
