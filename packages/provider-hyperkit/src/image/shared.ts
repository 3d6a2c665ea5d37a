import type { ImageInputs } from '@forgeplan/model'
import { imageStem } from '@forgeplan/model'
import { join } from 'node:path'
import type { Kept } from './claim.ts'
import { claimsIn, readClaim } from './claim.ts'
import { digestOf } from './put-file.ts'

/**
 * The files of the same version that another stack has put there, if they hold what its note says. They are taken as they
 * stand: the same source built twice need not give the same bytes, and machines read the ones that are there.
 */
export const sharedFiles = async (
  folder: string,
  { own, desired, signal }: { readonly own: string; readonly desired: ImageInputs; readonly signal: AbortSignal },
): Promise<readonly Kept[] | null> => {
  const stem = imageStem(desired)
  for (const other of await claimsIn(folder)) {
    const files = other === own ? [] : ((await readClaim(folder, other))?.files ?? [])
    if (files.length > 0 && files.every(({ name }) => isOf(stem, name)) && (await areWhole(folder, files, signal))) return files
  }
  return null
}

const isOf = (stem: string, name: string): boolean => [`${stem}.iso`, `${stem}-kernel`, `${stem}-initrd`].includes(name)

/** Whether files hold what a note says, read from beginning to end. @throws the signal's reason. */
export const areWhole = async (folder: string, files: readonly Kept[], signal: AbortSignal): Promise<boolean> => {
  for (const { name, sha256 } of files) {
    const digest = await digestOf(join(folder, name), signal).catch(() => null)
    signal.throwIfAborted()
    if (digest !== sha256) return false
  }
  return true
}
