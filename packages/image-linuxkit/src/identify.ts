import { resolve } from 'node:path'
import type { Diagnostic, ImageIdentity, PlainMap } from '@forgeplan/model'
import { canonicalJson, codes } from '@forgeplan/model'
import type { ImageHost } from '@forgeplan/sdk'
import { ProviderError } from '@forgeplan/sdk'
import { contentOf, sha256 } from './digest.ts'
import { identifyYaml } from './identify-yaml.ts'
import { linesOf, shortDigest } from './made-of.ts'
import type { Source } from './source.ts'
import { sourceOf } from './source.ts'

/** What a block would make. Whatever keeps that from being known is a diagnostic. */
export const identify = async (block: PlainMap, host: ImageHost): Promise<ImageIdentity> => {
  const source = sourceOf(block, block['format'])
  if (source === undefined) return unknown([])
  if ('problem' in source) return unknown([problem(source.problem)])
  try {
    return await identifySource(source, block['format'], host)
  } catch (error) {
    if (error instanceof ProviderError) return unknown([problem(`${error.message} Correct the path, or make the file.`)])
    throw error
  }
}

/** What a source makes: a ready image is known by its own SHA-256, any other by all its parts. @throws ProviderError `invalid` for a file that cannot be read. */
export const identifySource = async (source: Source, format: unknown, host: ImageHost): Promise<ImageIdentity> => {
  switch (source.kind) {
    case 'iso': {
      const digest = await digestIn(host, source.path)
      return { digest, diagnostics: [], madeOf: linesOf([`image: ${shortDigest(digest)}`]) }
    }
    case 'kernel':
      return fromParts(source, formatOf(format), host)
    case 'yaml':
      return identifyYaml(source.paths, formatOf(format), host)
    default:
      return source satisfies never
  }
}

const formatOf = (format: unknown): string => (format === 'kernel+initrd' ? format : 'iso')

// Of nothing no machine boots.
const digestIn = async ({ directory, signal }: ImageHost, path: string): Promise<string> => {
  const { size, sha256: digest } = await contentOf(resolve(directory, path), signal)
  if (size === 0) throw new ProviderError('invalid', `${path} is empty.`)
  return digest
}

type Parts = Extract<Source, { readonly kind: 'kernel' }>

const fromParts = async (source: Parts, format: string, host: ImageHost): Promise<ImageIdentity> => {
  const { cmdline } = source
  const kernel = await digestIn(host, source.kernel)
  const initrd = await digestIn(host, source.initrd)
  const lines = [`format: ${format}`, `kernel: ${shortDigest(kernel)}`, `initrd: ${shortDigest(initrd)}`, `cmdline: ${cmdline}`]
  return {
    digest: sha256(canonicalJson({ packing: 2, format, kernel, initrd, cmdline })),
    diagnostics: [],
    madeOf: linesOf(lines),
    cmdline,
  }
}

const unknown = (diagnostics: readonly Diagnostic[]): ImageIdentity => ({ digest: null, diagnostics })

const problem = (detail: string): Diagnostic => ({ severity: 'error', code: 'FORGE2038', summary: codes.FORGE2038.title, detail })
