import { open } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { ImageInputs } from '@forgeplan/model'
import type { Call, ImageHost } from '@forgeplan/sdk'
import { ProviderError } from '@forgeplan/sdk'
import { keep } from './keep.ts'
import type { Bootable } from './packed-iso.ts'
import { isoPath, packedIso } from './packed-iso.ts'
import { run } from './run.ts'
import { oneLine } from './source.ts'
import { isFile, withoutLinuxkit } from './tools.ts'
import { inWorkFolder } from './work-folder.ts'

interface Building {
  readonly inputs: ImageInputs
  readonly host: ImageHost
  readonly call: Call
  /** Whether the files are still what the digest says. */
  readonly isStill: () => Promise<boolean>
}

/** The finished files of a version in the cache. */
export const builtPaths = ({ cache }: ImageHost, { digest, format }: ImageInputs): readonly string[] =>
  format === 'iso' ? [isoPath(cache, digest)] : ['-kernel', '-initrd'].map((suffix) => join(cache, `${digest}${suffix}`))

/**
 * The paths of what linuxkit makes of YAML files, in the cache, built if they are not there yet.
 * @throws ProviderError `invalid` when linuxkit is not there or fails, `conflict` when a file changed meanwhile.
 */
export const built = async (paths: readonly string[], building: Building): Promise<readonly string[]> => {
  const { inputs, host, call, isStill } = building
  const finished = builtPaths(host, inputs)
  if ((await Promise.all(finished.map(isFile))).every(Boolean)) return finished
  const missing = await withoutLinuxkit()
  if (missing !== null) throw new ProviderError('invalid', missing)
  return inWorkFolder(host.cache, 'building', async (folder) => {
    call.progress('building with linuxkit')
    // Absolute, so that no name is taken for an option or an address in the network.
    const files = paths.map((path) => resolve(host.directory, path))
    // Paths under files start where it runs. What it leaves behind when it is ended goes with the folder.
    await run('linuxkit', vector(inputs.name, folder, files), { call, directory: host.directory, environment: { TMPDIR: folder } })
    const parts = await partsIn(folder, inputs.name)
    if (!(await isStill())) throw new ProviderError('conflict', 'The source of the image changed while it was built. Plan again.')
    if (inputs.format === 'iso')
      return [await packedIso(parts, { digest: inputs.digest, cache: host.cache, call, isStill: () => Promise.resolve(true) })]
    const [kernel = '', initrd = ''] = finished
    await keep(parts.initrd, initrd)
    await keep(parts.kernel, kernel)
    return finished
  })
}

const vector = (name: string, folder: string, files: readonly string[]): readonly string[] => [
  'build',
  '--docker',
  '--no-sbom',
  '--format',
  'kernel+initrd',
  '--name',
  name,
  '--dir',
  folder,
  ...files,
]

// Bytes; a kernel takes 2048 at most.
const longestCmdline = 65_536

const partsIn = async (folder: string, name: string): Promise<Bootable> => {
  const at = (suffix: string): string => join(folder, `${name}${suffix}`)
  const missing = []
  for (const suffix of ['-kernel', '-initrd.img', '-cmdline']) if (!(await isFile(at(suffix)))) missing.push(`${name}${suffix}`)
  if (missing.length > 0)
    throw new ProviderError('invalid', `linuxkit ended without an error and without the files ${missing.join(', ')}. Is it 1.5 or newer?`)
  return { kernel: at('-kernel'), initrd: at('-initrd.img'), cmdline: await cmdlineAt(at('-cmdline')) }
}

const cmdlineAt = async (path: string): Promise<string> => {
  await using file = await open(path)
  const { buffer, bytesRead } = await file.read(Buffer.alloc(longestCmdline), 0, longestCmdline, 0)
  return oneLine(buffer.toString('utf8', 0, bytesRead))
}
