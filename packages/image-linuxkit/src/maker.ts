import { resolve } from 'node:path'
import type { ImageInputs } from '@forgeplan/model'
import { versionLength } from '@forgeplan/model'
import type { Call, ImageFile, ImageHost, ImageMaker } from '@forgeplan/sdk'
import { defineImageMaker, ProviderError } from '@forgeplan/sdk'
import { contentOf } from './digest.ts'
import { digestOf, identify } from './identify.ts'
import type { Bootable } from './packed-iso.ts'
import { packedIso } from './packed-iso.ts'
import type { Source } from './source.ts'
import { config, sourceOf } from './source.ts'

const make = async (inputs: ImageInputs, host: ImageHost, call: Call): Promise<readonly ImageFile[]> => {
  const source = sourceOf(inputs.config, inputs.format)
  if (source === undefined || 'problem' in source) throw new ProviderError('invalid', source?.problem ?? 'The image has no source.')
  const digest = await digestOf(source, inputs.format, host.directory)
  if (digest !== inputs.digest)
    throw new ProviderError(
      'conflict',
      `The source of the image is not what it was when this was planned (${digest.slice(0, versionLength)} now). Plan again.`,
    )
  return filesOf(source, inputs, host, call)
}

const filesOf = async (source: Source, { format, digest }: ImageInputs, host: ImageHost, call: Call): Promise<readonly ImageFile[]> => {
  const file = async (suffix: ImageFile['suffix'], path: string): Promise<ImageFile> => ({ suffix, path, ...(await contentOf(path)) })
  const at = (path: string): string => resolve(host.directory, path)
  if (source.kind === 'iso') return [await file('.iso', at(source.path))]
  const [kernel, initrd] = [at(source.kernel), at(source.initrd)]
  if (format === 'kernel+initrd') return [await file('-kernel', kernel), await file('-initrd', initrd)]
  call.progress('packing the CD-ROM image')
  const isStill = async (copy: Bootable): Promise<boolean> => (await digestOf({ ...copy, kind: 'kernel' }, format, '/')) === digest
  return [await file('.iso', await packedIso({ kernel, initrd, cmdline: source.cmdline }, { digest, cache: host.cache, isStill, call }))]
}

/** Images as LinuxKit makes them. */
export const linuxkit: ImageMaker = defineImageMaker({
  name: 'linuxkit',
  doc: 'A ready CD-ROM image, or a kernel with its initial root file system, which can be packed into one.',
  config,
  identify,
  make,
})
