import { join } from 'node:path'
import type { ProcessRef } from '../processes.ts'
import { isAlive, livingInGroup, send, settles } from '../processes.ts'
import { inodeOf } from './boots.ts'
import { readJson, writeDurably } from './files.ts'
import { fileNames } from './home.ts'

/** Notes which process group a machine's guest is. */
export const noteGuest = async (directory: string, guest: ProcessRef): Promise<void> =>
  writeDurably(join(directory, fileNames.guestProcess), JSON.stringify({ ...guest, inode: await inodeOf(directory) }))

/**
 * Makes sure that nothing of the guest of an ended boot lives. It dies with its supervisor by itself; this waits for
 * that, and helps if its watcher was killed.
 */
export const endGuest = async (directory: string): Promise<void> => {
  const guest = parseRef(await readJson(join(directory, fileNames.guestProcess)))
  // In a copied directory it names a process that is not the copy's.
  if (guest === null || !isAlive(guest) || guest.inode !== (await inodeOf(directory))) return
  if (!(await settles(() => !isAlive(guest), 200))) send(-guest.pid, 'SIGKILL')
  await settles(() => livingInGroup(guest.pid) === 0, 1000)
}

interface GuestRef extends ProcessRef {
  /** The directory that it was started in. */
  readonly inode: string
}

const parseRef = (json: unknown): GuestRef | null => {
  if (typeof json !== 'object' || json === null) return null
  const { pid, started, inode } = json as Record<string, unknown>
  if (typeof pid !== 'number' || !Number.isSafeInteger(pid) || pid <= 1) return null
  return typeof started === 'string' && typeof inode === 'string' ? { pid, started, inode } : null
}
