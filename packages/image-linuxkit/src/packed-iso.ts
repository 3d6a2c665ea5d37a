import { copyFile, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Call } from '@forgeplan/sdk'
import { ProviderError } from '@forgeplan/sdk'
import { keep } from './keep.ts'
import { run } from './run.ts'
import { isFile, loaders, withoutPacker } from './tools.ts'
import { inWorkFolder } from './work-folder.ts'

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

/** Where the packed image of a digest is kept. */
export const isoPath = (cache: string, digest: string): string => join(cache, `${digest}.iso`)

/**
 * The path of a bootable CD-ROM image (BIOS) in the cache, packed if it is not there yet.
 * @throws ProviderError `invalid` when xorriso or isolinux is not there.
 */
export const packedIso = async (parts: Bootable, { digest, cache, isStill, call }: Packing): Promise<string> => {
  const path = isoPath(cache, digest)
  if (await isFile(path)) return path
  const missing = await withoutPacker()
  if (missing !== null) throw new ProviderError('invalid', missing)
  call.progress('packing the CD-ROM image')
  return inWorkFolder(cache, 'packing', async (tree) => {
    const copied = await fill(tree, parts)
    if (!(await isStill(copied))) throw new ProviderError('conflict', 'The source of the image changed while it was packed. Plan again.')
    const part = join(tree, 'image.part')
    await run('xorriso', [...isolinux, '-volid', 'FORGE_BOOT', '-o', part, join(tree, 'cd')], { call, environment: reproducible })
    await keep(part, path)
    return path
  })
}

// The same parts are the same bytes at any time.
const reproducible = { SOURCE_DATE_EPOCH: '0' }

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
  // The whole system is in the initial root file system, so that no root= leads back to the disc.
  const lines = ['SERIAL 0', 'DEFAULT forge', 'PROMPT 0', 'TIMEOUT 0', 'LABEL forge', 'KERNEL /kernel', `APPEND initrd=/initrd ${cmdline}`]
  await writeFile(at('isolinux.cfg'), `${lines.join('\n')}\n`)
  return { kernel: at('kernel'), initrd: at('initrd'), cmdline }
}
