import type { Checked, ImageIdentity } from '@forgeplan/model'
import { canonicalJson } from '@forgeplan/model'
import type { LinuxkitDocument } from '@forgeplan/linuxkit'
import { coveredTexts, disclosed, identityOf, readLinuxkit } from '@forgeplan/linuxkit'
import type { ImageHost } from '@forgeplan/sdk'
import { sha256 } from './digest.ts'
import { linesOf, shortDigest } from './made-of.ts'
import type { Outside } from './outside.ts'
import { lookOutside } from './outside.ts'
import { oneLine } from './source.ts'
import { yamlFiles } from './yaml-files.ts'

/** What LinuxKit YAML files would make. @throws ProviderError `invalid` for one that cannot be read. */
export const identifyYaml = async (paths: readonly string[], format: string, host: ImageHost): Promise<ImageIdentity> => {
  const files = await yamlFiles(paths, host.directory)
  const read = readLinuxkit(files)
  const outside = read.ok ? await lookOutside(read.value, host) : null
  const diagnostics = [...(read.ok ? read.warnings : read.problems), ...(outside?.problems ?? [])]
  // They are parsed once more to find what to cover, which most files need not.
  const sources = diagnostics.length === 0 ? {} : { sources: coveredTexts(files) }
  return { digest: null, ...known(read, outside, { format, host }), diagnostics, ...sources }
}

interface Wanted {
  readonly format: string
  readonly host: ImageHost
}

const known = (read: Checked<LinuxkitDocument>, outside: Outside | null, wanted: Wanted): Partial<ImageIdentity> => {
  if (!read.ok || outside === null || outside.problems.length > 0) return {}
  const { image } = read.value
  const identity = identityOf(read.value, { ...outside, hash: sha256 })
  return {
    digest: sha256(canonicalJson({ building: 1, format: wanted.format, linuxkit: identity })),
    madeOf: madeOf(read.value, outside, wanted),
    cmdline: oneLine(image.kernel.cmdline ?? ''),
  }
}

const madeOf = ({ image }: LinuxkitDocument, { files, images }: Outside, { format, host }: Wanted): string =>
  linesOf([
    `format: ${format}`,
    ...disclosed(image, (text) => host.hide(text)).split('\n'),
    ...[...files].map(([source, digest]) => `local ${source}: ${digest === null ? '(not there)' : host.hide(digest)}`),
    ...[...images].map(([reference, digest]) => `package ${reference}: ${shortDigest(digest)}`),
  ])
