import { homedir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import type { Diagnostic } from '@forgeplan/model'
import { codes } from '@forgeplan/model'
import type { LinuxkitDocument, LocalFile } from '@forgeplan/linuxkit'
import type { ImageHost } from '@forgeplan/sdk'
import { ProviderError } from '@forgeplan/sdk'
import { contentOf, sha256 } from './digest.ts'
import { treeDigest } from './tree-digest.ts'

/** What stands beside the YAML and goes into the image, as digests; and what cannot be read, where it is named. */
export interface Outside {
  readonly files: ReadonlyMap<string, string | null>
  /** By the text of the reference: the digest of a package's folder. */
  readonly images: ReadonlyMap<string, string>
  readonly problems: readonly Diagnostic[]
}

/** Looks at local files and packages; asks no registry. */
export const lookOutside = async (document: LinuxkitDocument, host: ImageHost): Promise<Outside> => {
  const files = await Promise.all(document.localFiles.map(async (file) => ({ file, ...(await fileDigest(file, host)) })))
  const packages = await Promise.all(packagesOf(document).map(async (each) => ({ ...each, ...(await packageDigest(each, host)) })))
  return {
    files: new Map(files.map(({ file, digest }) => [file.source, digest])),
    images: new Map([...byReference(packages)].map(([reference, digests]) => [reference, sha256(digests.join(' '))])),
    problems: [...files, ...packages].flatMap(({ problem }) => (problem === null ? [] : [problem])),
  }
}

interface Looked {
  readonly digest: string | null
  readonly problem: Diagnostic | null
}

/** The path that linuxkit reads, which forge runs in the folder of the configuration. */
const pathOf = ({ source, inHome }: LocalFile, { directory }: ImageHost): string =>
  inHome ? join(homedir(), source.slice(2)) : resolve(directory, source)

const fileDigest = async (file: LocalFile, host: ImageHost): Promise<Looked> => {
  const path = pathOf(file, host)
  try {
    return { digest: (await contentOf(path, host.signal)).sha256, problem: null }
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error
    return { digest: null, problem: file.optional && isMissing(error) ? null : unreadable(file.span, error.message) }
  }
}

// An optional file is left out by linuxkit only where it is not there.
const isMissing = ({ cause }: ProviderError): boolean => cause instanceof Error && 'code' in cause && cause.code === 'ENOENT'

interface Package {
  readonly reference: string
  /** Relative to the file that names it, as linuxkit looks for it. */
  readonly directory: string
  readonly span: NonNullable<Diagnostic['span']>
}

const packagesOf = ({ references }: LinuxkitDocument): readonly Package[] =>
  references.flatMap(({ reference, span }) =>
    reference.kind === 'package' ? [{ reference: reference.resolved, directory: join(dirname(span.file), reference.directory), span }] : [],
  )

const packageDigest = async ({ directory, span }: Package, host: ImageHost): Promise<Looked> => {
  try {
    return { digest: await treeDigest(resolve(host.directory, directory), host.signal), problem: null }
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error
    return { digest: null, problem: unreadable(span, error.message) }
  }
}

// Files in different folders may mean different packages by the same text.
const byReference = (packages: readonly (Package & Looked)[]): ReadonlyMap<string, readonly string[]> => {
  const found = new Map<string, readonly string[]>()
  for (const { reference, digest } of packages)
    if (digest !== null) found.set(reference, [...new Set([...(found.get(reference) ?? []), digest])])
  return found
}

const unreadable = (span: Package['span'], message: string): Diagnostic => ({
  severity: 'error',
  code: 'FORGE1315',
  summary: codes.FORGE1315.title,
  detail: `${message} It goes into the image. Correct the path, which starts at the folder of the configuration of forge, or make the file.`,
  span,
})
