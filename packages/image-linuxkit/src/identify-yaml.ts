import type { Checked, Diagnostic, ImageIdentity } from '@forgeplan/model'
import { canonicalJson, codes } from '@forgeplan/model'
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
  const said = read.ok ? [...read.warnings, ...lackOfKernel(read.value)] : read.problems
  const diagnostics = [...said, ...(outside?.problems ?? [])]
  // They are parsed once more to find what to cover, which most files need not.
  const sources = diagnostics.length === 0 ? {} : { sources: coveredTexts(files) }
  return { digest: null, ...known(read, outside, { format, host }), diagnostics, ...sources }
}

// linuxkit finds out at the end of a build, and nothing could boot from what it made.
const lackOfKernel = ({ image, files: [first, ...more] }: LinuxkitDocument): readonly Diagnostic[] => {
  if (image.kernel.image !== undefined || first === undefined) return []
  const where = more.length === 0 ? 'There is no kernel.image' : 'None of these files has a kernel.image'
  const detail = `${where}, and without a kernel no machine boots. Add one, such as image: linuxkit/kernel:6.6.71 under kernel.`
  return [{ severity: 'error', code: 'FORGE1316', summary: codes.FORGE1316.title, detail, span: { file: first.file, start: 0, end: 0 } }]
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
