import { expect } from 'vitest'
import type { Chance } from './chance.ts'
import type { Running } from './command.ts'
import type { Place } from './place.ts'
import { faultsOf, orphans } from './oracle.ts'

/** Kills of the built command, and how many there were so far. */
export interface Strikes {
  readonly kills: number
  /** Kills in the middle of a run. */
  readonly hits: number
  /** Kills it, unless it ends before: then false. `runMs` is about how long a run takes. */
  strike(running: Running, runMs: number): Promise<boolean>
}

export const makeStrikes = (chance: Chance): Strikes => {
  const count = { kills: 0, hits: 0 }
  const strike = async (running: Running, runMs: number): Promise<boolean> => {
    await moment(chance, running, runMs)
    running.child.kill('SIGKILL')
    const { code, out } = await running.ended
    if (code !== null) return false
    count.kills++
    if (out.includes('Applying plan')) count.hits++
    return true
  }
  return {
    get kills() {
      return count.kills
    },
    get hits() {
      return count.hits
    },
    strike,
  }
}

// One in six at any time of the process, the others from the first entry of the run on: at once, or somewhere in it.
const moment = async (chance: Chance, running: Running, runMs: number): Promise<void> => {
  const kind = chance.pick(['process', 'start', 'start', 'run', 'run', 'run'])
  const wait = chance.fraction() * (kind === 'start' ? 30 : kind === 'run' ? runMs : runMs + 600)
  // A run that has nothing to do ends without it.
  if (kind !== 'process') await running.printed('Applying plan').catch(() => undefined)
  await Promise.race([new Promise((resolve) => setTimeout(resolve, wait)), running.ended])
}

/** Waits for the end of a run, which has to succeed: milliseconds from its first entry on. */
export const runToEnd = async (running: Running): Promise<number> => {
  const startedAt = await running.printed('Applying plan').then(Date.now, () => Date.now())
  const { code, out, err } = await running.ended
  expect({ code, text: code === 0 ? '' : out + err }).toEqual({ code: 0, text: '' })
  return Date.now() - startedAt
}

/** After a kill nothing is there that the state does not know, and the state can be read. */
export const checkStruck = async (place: Place): Promise<void> => expect(orphans(place.world(), await place.rows())).toEqual([])

// A machine's process that a killed run had just started may come up late; it sees that another one has the machine, and ends.
export const settled = { timeout: 20_000, interval: 100 }

/** The world is what the state says, and there is nothing left to do. */
export const checkWhole = async (place: Place, env: Readonly<Record<string, string>>): Promise<void> => {
  const rows = await place.rows()
  await expect.poll(() => faultsOf(place.world(), rows), settled).toEqual([])
  expect(await place.forge(['plan', '--detailed-exitcode'], env)).toMatchObject({ code: 0, err: '' })
}
