import { chmodSync, chownSync, readdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Ran } from './command.ts'
import { bin, startProcess } from './command.ts'
import type { Place } from './place.ts'

const nobody = 65_534

/**
 * The command as somebody who may read the place and write nothing in it; `null` where there is nobody like that: the
 * superuser may write anywhere, and another user may not be able to read the repository.
 */
export const asReader = async ({ directory }: Place): Promise<((argv: readonly string[]) => Promise<Ran>) | null> => {
  const isRoot = process.getuid?.() === 0
  if (isRoot) {
    chmodSync(dirname(directory), 0o711)
    giveTo(directory, nobody)
  }
  for (const folder of [join(directory, '.forge'), directory]) chmodSync(folder, 0o555)
  const run = (program: readonly string[]): Promise<Ran> => startProcess(program, { directory, ...(isRoot ? { uid: nobody } : {}) }).ended
  const able = await run([process.execPath, bin, 'version', '--json']).catch(() => null)
  return able?.code === 0 ? (argv) => run([process.execPath, bin, ...argv]) : null
}

const giveTo = (path: string, uid: number): void => {
  chownSync(path, uid, uid)
  for (const entry of readdirSync(path, { withFileTypes: true })) {
    if (entry.isDirectory()) giveTo(join(path, entry.name), uid)
    else chownSync(join(path, entry.name), uid, uid)
  }
}
