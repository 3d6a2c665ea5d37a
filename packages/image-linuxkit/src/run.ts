import { spawn } from 'node:child_process'
import type { Call } from '@forgeplan/sdk'
import { ProviderError } from '@forgeplan/sdk'
import { codeOf } from './digest.ts'
import { Said } from './said.ts'

/** How a program is run. */
export interface Running {
  readonly call: Call
  /** Absolute path; where it is not said, that of forge. */
  readonly directory?: string
  /** Variables besides those that forge has. */
  readonly environment?: Readonly<Record<string, string>>
}

// Milliseconds from the request to end until it is not asked any more: fewer than the engine waits for a call that is cut off.
const patience = 200

/**
 * Runs a program to its end, with its last line as progress. An abort ends it and all that it started.
 * @throws ProviderError `invalid` when it is not there or fails, with the end of what it said.
 */
export const run = async (program: string, args: readonly string[], { call, directory, environment }: Running): Promise<void> => {
  call.signal.throwIfAborted()
  const said = new Said((line) => call.progress(`${program}: ${line}`))
  // A group of its own: the first Ctrl-C in a terminal lets what runs finish, and an abort reaches whatever it has started.
  const child = spawn(program, args, {
    cwd: directory,
    env: { ...passedOn(process.env), ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  })
  child.stdout.on('data', (chunk: Buffer) => said.take(chunk))
  child.stderr.on('data', (chunk: Buffer) => said.take(chunk))
  const signalGroup = (signal: NodeJS.Signals): void => {
    try {
      if (child.pid !== undefined) process.kill(-child.pid, signal)
    } catch {
      // It has gone by itself.
    }
  }
  let killing: NodeJS.Timeout | undefined
  const end = (): void => {
    signalGroup('SIGTERM')
    killing = setTimeout(() => signalGroup('SIGKILL'), patience)
  }
  call.signal.addEventListener('abort', end, { once: true })
  try {
    const ended = await new Promise<string | null>((resolve, reject) => {
      child.once('error', reject)
      child.once('close', (code, signal) => resolve(code === 0 ? null : (signal ?? `exit code ${String(code)}`)))
    })
    call.signal.throwIfAborted()
    if (ended !== null) throw new ProviderError('invalid', `${program} failed (${ended}): ${said.end()}`)
  } catch (error) {
    throw codeOf(error) === 'ENOENT' ? new ProviderError('invalid', `${program} is not on the PATH.`, { cause: error }) : error
  } finally {
    call.signal.removeEventListener('abort', end)
    clearTimeout(killing)
  }
}

// What forge was given for itself is no business of others.
const passedOn = (environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(environment).filter(([name]) => !name.startsWith('FORGE_')))
