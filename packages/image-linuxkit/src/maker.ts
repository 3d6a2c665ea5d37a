import { resolve } from 'node:path'
import type { ImageInputs } from '@forgeplan/model'
import { versionLength } from '@forgeplan/model'
import type { Call, ImageFile, ImageHost, ImageMaker } from '@forgeplan/sdk'
import { defineImageMaker, ProviderError } from '@forgeplan/sdk'
import { built } from './build.ts'
import { contentOf } from './digest.ts'
import { identify, identifySource } from './identify.ts'
import type { Bootable } from './packed-iso.ts'
import { packedIso } from './packed-iso.ts'
import { preflight } from './preflight.ts'
import type { Source } from './source.ts'
import { config, sourceOf } from './source.ts'

const make = async (inputs: ImageInputs, planned: ImageHost, call: Call): Promise<readonly ImageFile[]> => {
  const source = sourceOf(inputs.config, inputs.format)
  if (source === undefined || 'problem' in source) throw new ProviderError('invalid', source?.problem ?? 'The image has no source.')
  // What is made goes on while nothing new is started.
  const host = { ...planned, signal: call.signal }
  const { digest } = await identifySource(source, inputs.format, host)
  if (digest !== inputs.digest)
    throw new ProviderError(
      'conflict',
      `The source of the image is not what it was when this was planned (${digest?.slice(0, versionLength) ?? 'not readable'} now). Plan again.`,
    )
  return filesOf(source, inputs, host, call)
}

const filesOf = async (source: Source, inputs: ImageInputs, host: ImageHost, call: Call): Promise<readonly ImageFile[]> => {
  const { format, digest } = inputs
  const file = async (suffix: ImageFile['suffix'], path: string): Promise<ImageFile> => ({
    suffix,
    path,
    ...(await contentOf(path, call.signal)),
  })
  const both = async (kernel: string, initrd: string): Promise<readonly ImageFile[]> => [
    await file('-kernel', kernel),
    await file('-initrd', initrd),
  ]
  const at = (path: string): string => resolve(host.directory, path)
  const isNow = async (now: Source, where: ImageHost): Promise<boolean> => (await identifySource(now, format, where)).digest === digest
  switch (source.kind) {
    case 'iso':
      return [await file('.iso', at(source.path))]
    case 'yaml': {
      const [first = '', second = ''] = await built(source.paths, { inputs, host, call, isStill: () => isNow(source, host) })
      return format === 'iso' ? [await file('.iso', first)] : both(first, second)
    }
    case 'kernel': {
      const [kernel, initrd] = [at(source.kernel), at(source.initrd)]
      if (format === 'kernel+initrd') return both(kernel, initrd)
      const isStill = (copy: Bootable): Promise<boolean> => isNow({ ...copy, kind: 'kernel' }, { ...host, directory: '/' })
      return [
        await file('.iso', await packedIso({ kernel, initrd, cmdline: source.cmdline }, { digest, cache: host.cache, isStill, call })),
      ]
    }
    default:
      return source satisfies never
  }
}

/** Images as LinuxKit makes them. */
export const linuxkit: ImageMaker = defineImageMaker({
  name: 'linuxkit',
  doc: 'A LinuxKit YAML, a ready CD-ROM image, or a kernel with its initial root file system, which can be packed into one.',
  config,
  identify,
  preflight,
  make,
})
