import { copyFile, mkdir, mkdtemp, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Call } from '@forgeplan/sdk'
import { ProviderError } from '@forgeplan/sdk'
import { run } from './run.ts'

export interface Bootable {
  readonly kernel: string
  readonly initrd: string
  readonly cmdline: string
}

interface Packing {
  readonly digest: string
  /** Absolute path of the folder with what has been packed. */
  readonly cache: string
  /** Whether copies of the parts are still what the digest says. */
  readonly isStill: (copied: Bootable) => Promise<boolean>
  readonly call: Call
}

/** Where Debian's isolinux and syslinux-common put what a CD-ROM boots with. */
const loaders = ['/usr/lib/ISOLINUX/isolinux.bin', '/usr/lib/syslinux/modules/bios/ldlinux.c32'] as const

/**
 * The path of a bootable CD-ROM image (BIOS) in the cache, packed if it is not there yet.
 * @throws ProviderError `invalid` when xorriso or isolinux is not there.
 */
export const packedIso = async (parts: Bootable, { digest, cache, isStill, call }: Packing): Promise<string> => {
  const path = join(cache, `${digest}.iso`)
  if (await exists(path)) return path
  await needLoaders()
  await mkdir(cache, { recursive: true, mode: 0o700 })
  const tree = await mkdtemp(join(cache, 'packing-'))
  try {
    const copied = await fill(tree, parts)
    if (!(await isStill(copied))) throw new ProviderError('conflict', 'The source of the image changed while it was packed. Plan again.')
    const part = join(tree, 'image.part')
    await run('xorriso', [...isolinux, '-volid', 'FORGE_BOOT', '-o', part, join(tree, 'cd')], call)
    await rename(part, path)
  } finally {
    await rm(tree, { recursive: true, force: true })
  }
  return path
}

const isolinux = [
  '-as',
  'mkisofs',
  '-quiet',
  '-b',
  'isolinux.bin',
  '-c',
  'boot.cat',
  '-no-emul-boot',
  '-boot-load-size',
  '4',
  '-boot-info-table',
  '-R',
]

const fill = async (tree: string, { kernel, initrd, cmdline }: Bootable): Promise<Bootable> => {
  const at = (name: string): string => join(tree, 'cd', name)
  await mkdir(at(''), { mode: 0o700 })
  await Promise.all(loaders.map((loader) => copyFile(loader, at(loader.slice(loader.lastIndexOf('/') + 1)))))
  await copyFile(kernel, at('kernel'))
  await copyFile(initrd, at('initrd'))
  const lines = ['SERIAL 0', 'DEFAULT forge', 'PROMPT 0', 'TIMEOUT 0', 'LABEL forge', 'KERNEL /kernel', `APPEND initrd=/initrd ${cmdline}`]
  await writeFile(at('isolinux.cfg'), `${lines.join('\n')}\n`)
  return { kernel: at('kernel'), initrd: at('initrd'), cmdline }
}

const needLoaders = async (): Promise<void> => {
  const missing = (await Promise.all(loaders.map(async (path) => ((await exists(path)) ? [] : [path])))).flat()
  if (missing.length > 0)
    throw new ProviderError(
      'invalid',
      `A CD-ROM image cannot be packed here: ${missing.join(', ')} is missing. Install isolinux, syslinux-common and xorriso (Debian: apt install isolinux xorriso).`,
    )
}

const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    (at) => at.isFile(),
    () => false,
  )
