import { join } from 'node:path'
import type { ProcessRef } from '../processes.ts'
import { isAlive, livingInGroup, send, settles } from '../processes.ts'
import { readJson, writeDurably } from './files.ts'
import { fileNames } from './home.ts'

/** Notes which process group a machine's guest is. */
export const noteGuest = (directory: string, guest: ProcessRef): Promise<void> =>
  writeDurably(join(directory, fileNames.guestProcess), JSON.stringify(guest))

/**
 * Makes sure that nothing of the guest of an ended boot lives. It dies with its supervisor by itself; this waits for
 * that, and helps if its watcher was killed.
 */
export const endGuest = async (directory: string): Promise<void> => {
  const guest = parseRef(await readJson(join(directory, fileNames.guestProcess)))
  if (guest === null || !isAlive(guest)) return
  if (!(await settles(() => !isAlive(guest), 200))) send(-guest.pid, 'SIGKILL')
  await settles(() => livingInGroup(guest.pid) === 0, 1000)
}

const parseRef = (json: unknown): ProcessRef | null => {
  if (typeof json !== 'object' || json === null) return null
  const { pid, started } = json as Record<string, unknown>
  return typeof pid === 'number' && Number.isSafeInteger(pid) && pid > 1 && typeof started === 'string' ? { pid, started } : null
}
