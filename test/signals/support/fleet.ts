import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import { root } from '../../e2e/support/command.ts'
import { faultsOf } from '../../e2e/support/oracle.ts'
import type { Place } from '../../e2e/support/place.ts'

/** Three stub machines; each call takes `delayMs` more, so that there is time for something to happen. */
export const fleet = (delayMs: number): string => `stack: desk
providers:
  local: { plugin: ${join(root, 'test', 'e2e', 'support', 'watched.mjs')}, root: machines, delay: ${delayMs} }
groups:
  web:
    size: 3
    instance: { provider: local, init: exec sleep 1000 }
`

/** Nothing was lost: the next apply goes on, and then the world is what the state says. */
export const expectGoesOn = async (place: Place, ...options: readonly string[]): Promise<void> => {
  await place.done(['apply', '--auto-approve', ...options])
  const rows = JSON.parse(await place.done(['state', 'list', '--json', ...options])) as Awaited<ReturnType<Place['rows']>>
  expect(rows).toHaveLength(3)
  expect(faultsOf(place.world(), rows)).toEqual([])
  expect((await place.forge(['plan', '--detailed-exitcode', ...options])).code).toBe(0)
}

/** Waits until so many calls are under way: a step that was announced may not have begun its call yet. */
export const calling = (place: Place, count: number): Promise<void> =>
  expect.poll(() => callsIn(place), { timeout: 30_000, interval: 10 }).toBe(count)

const callsIn = ({ directory }: Place): number => {
  try {
    return readFileSync(join(directory, 'calls'), 'utf8').split('\n').length - 1
  } catch {
    return 0
  }
}
