import { constants } from 'node:fs'
import { access, stat } from 'node:fs/promises'
import { delimiter, join } from 'node:path'

/** Where Debian's isolinux and syslinux-common put what a CD-ROM boots with. */
export const loaders = ['/usr/lib/ISOLINUX/isolinux.bin', '/usr/lib/syslinux/modules/bios/ldlinux.c32'] as const

/** What is needed to pack a CD-ROM image and is not here, in a sentence; null: nothing. */
export const withoutPacker = async (): Promise<string | null> => {
  const absent = (await Promise.all(loaders.map(async (path) => ((await isFile(path)) ? [] : [path])))).flat()
  const missing = [...((await isOnPath('xorriso')) ? [] : ['xorriso (not on the PATH)']), ...absent]
  if (missing.length === 0) return null
  return `A CD-ROM image cannot be packed here: what is missing is ${missing.join(', ')}. Install isolinux, syslinux-common and xorriso (Debian: apt install isolinux xorriso).`
}

/** What is needed to build a LinuxKit YAML and is not here, in a sentence; null: nothing. */
export const withoutLinuxkit = async (): Promise<string | null> =>
  (await isOnPath('linuxkit'))
    ? null
    : 'A LinuxKit YAML is built with the command linuxkit, which is not on the PATH. Install it from https://github.com/linuxkit/linuxkit/releases (1.5 or newer), or build the image elsewhere and give it as a source that ends in .iso.'

const isOnPath = async (program: string): Promise<boolean> => {
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '')
  const found = await Promise.all(folders.map((folder) => isProgram(join(folder, program))))
  return found.includes(true)
}

const isProgram = async (path: string): Promise<boolean> =>
  (await isFile(path)) &&
  access(path, constants.X_OK).then(
    () => true,
    () => false,
  )

/** Whether a plain file stands there. */
export const isFile = (path: string): Promise<boolean> =>
  stat(path).then(
    (at) => at.isFile(),
    () => false,
  )
