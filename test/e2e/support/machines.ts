import { existsSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { expect } from 'vitest'
import type { Place } from './place.ts'
import { uidAt } from './words.ts'

const soon = { timeout: 20_000, interval: 20 }

/** Waits until something runs inside of every machine and is noted: booting is over, and nothing writes to their directories any more. */
export const booted = (place: Place): Promise<void> =>
  expect
    .poll(() => {
      const { homes, processes } = place.world()
      const runs = (uid: string): boolean => processes.some((process) => process.uid === uid && process.role === 'guest')
      return homes.filter(({ uid }) => !runs(uid) || !existsSync(join(place.machines, uid, 'guest.json')))
    }, soon)
    .toEqual([])

/** Somebody kills a machine, and everything inside is gone with it. */
export const killMachine = async (place: Place, address: string): Promise<void> => {
  const uid = uidAt(await place.rows(), address)
  const inside = () => place.world().processes.filter((process) => process.uid === uid)
  for (const { pid, role } of inside()) if (role === 'supervisor') process.kill(pid, 'SIGKILL')
  await expect.poll(inside, soon).toEqual([])
}

/** Somebody kills a machine and removes its directory. */
export const removeMachine = async (place: Place, address: string): Promise<void> => {
  const uid = uidAt(await place.rows(), address)
  await killMachine(place, address)
  await rm(join(place.machines, uid), { recursive: true })
}
