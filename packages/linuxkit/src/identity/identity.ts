import { canonicalJson } from '@forgeplan/model'
import type { LinuxkitDocument } from '../read/read-linuxkit.ts'
import { canonical } from './canonical.ts'

/** What stands outside of the YAML and goes into the image. */
export interface Outside {
  /** By `LocalFile.source`: the digest of what the file holds, `null` for one that is not there. */
  readonly files: ReadonlyMap<string, string | null>
  /** By the `resolved` text of references: the digest that the registry, or the local package, has now. May lack any. */
  readonly images: ReadonlyMap<string, string>
  /** The digest of a text, such as SHA-256 in hexadecimal digits. */
  readonly hash: (text: string) => string
}

/**
 * The identity of an image before it is built. Throws when a local file was not looked for, or is not there though the
 * build needs it, since the result would be the identity of another image.
 */
export const identityOf = (document: LinuxkitDocument, { files, images, hash }: Outside): string => {
  const sources = document.localFiles.map(({ source, optional }) => {
    const digest = files.get(source)
    if (digest === undefined || (digest === null && !optional)) throw new Error(`The local file ${JSON.stringify(source)} was not given.`)
    return [source, digest]
  })
  const resolved = document.references.map(({ reference }) => [reference.resolved, images.get(reference.resolved) ?? null])
  return hash(canonicalJson({ version: 1, canonical: canonical(document.image), files: sources, images: resolved }))
}
