import { resolve } from 'node:path'
import type { Diagnostic, ImageIdentity, PlainMap } from '@forgeplan/model'
import { canonicalJson } from '@forgeplan/model'
import type { ImageHost } from '@forgeplan/sdk'
import { ProviderError } from '@forgeplan/sdk'
import { contentOf, sha256 } from './digest.ts'
import type { Source } from './source.ts'
import { sourceOf } from './source.ts'

/** What a block would make. Whatever keeps that from being known is a diagnostic. */
export const identify = async (block: PlainMap, host: ImageHost): Promise<ImageIdentity> => {
  const source = sourceOf(block, block['format'])
  if (source === undefined) return unknown([])
  if ('problem' in source) return unknown([problem(source.problem)])
  try {
    return { digest: await digestOf(source, block['format'], host.directory), diagnostics: [] }
  } catch (error) {
    if (error instanceof ProviderError) return unknown([problem(`${error.message} Correct the path, or make the file.`)])
    throw error
  }
}

/** SHA-256 over what the image is made of: a ready one's own, else over all its parts. @throws ProviderError `invalid` for a file that cannot be read. */
export const digestOf = async (source: Source, format: unknown, directory: string): Promise<string> => {
  const of = async (path: string): Promise<string> => (await contentOf(resolve(directory, path))).sha256
  if (source.kind === 'iso') return of(source.path)
  const { kernel, initrd, cmdline } = source
  return sha256(
    canonicalJson({
      packing: 2,
      format: format === 'kernel+initrd' ? format : 'iso',
      kernel: await of(kernel),
      initrd: await of(initrd),
      cmdline,
    }),
  )
}

const unknown = (diagnostics: readonly Diagnostic[]): ImageIdentity => ({ digest: null, diagnostics })

const problem = (detail: string): Diagnostic => ({
  severity: 'error',
  code: 'FORGE2038',
  summary: 'An image cannot be made of what its block says',
  detail,
})
