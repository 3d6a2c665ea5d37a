import { ProviderError } from '@forgeplan/sdk'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createRequire } from 'node:module'
import { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import type { Home } from './home/home.ts'

// Plain Node runs the supervisor, so it is the built file even when the rest runs from the sources or from a bundle.
const supervisor = createRequire(import.meta.url).resolve('@forgeplan/provider-hyperkit/supervisor')

/**
 * Starts the process that owns a machine; resolves when it does, or when another one already does.
 * @throws ProviderError `transient` when the machine does not come up.
 */
export const startSupervised = async (home: Home, args: readonly string[]): Promise<void> => {
  const answer = await boot(home, args)
  if (answer !== 'running' && answer !== 'held') {
    throw new ProviderError(
      'transient',
      `The machine did not start: ${answer === '' ? 'its process ended at once' : answer.slice(0, 500)}.`,
    )
  }
}

/** What the supervisor says on descriptor 3 before it closes it; empty when it died first. */
const boot = async (home: Home, args: readonly string[]): Promise<string> => {
  const child = spawn(process.execPath, [supervisor, ...args], {
    cwd: home.directory,
    detached: true,
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
    // Nothing of this process's environment: it may hold secrets, and the machine outlives it.
    env: { PATH: process.env['PATH'] ?? '' },
  })
  const said = child.stdio[3]
  if (!(said instanceof Readable)) throw new ProviderError('internal', 'The supervisor has no report channel.')
  child.unref()
  const failed = once(child, 'error').then(([error]) => `it cannot be run (${String((error as NodeJS.ErrnoException).code)})`)
  return Promise.race([text(said), failed])
}
