import type { Call, Guest, Target } from '@forgeplan/sdk'
import { ProviderError } from '@forgeplan/sdk'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import type { Readable } from 'node:stream'
import { join } from 'node:path'
import { guestEnvironment } from './home/environment.ts'
import { errorCode } from './home/files.ts'
import type { Home } from './home/home.ts'
import { fileNames } from './home/home.ts'
import { readImage } from './home/image.ts'
import { ownMachine } from './ownership.ts'
import { send } from './processes.ts'

/** Runs commands inside a running machine: in its guest directory, with its environment. @throws ProviderError `conflict` when it does not run. */
export const machineGuest = async (home: Home, target: Target): Promise<Guest> => {
  const machine = await ownMachine(home, target)
  if (machine?.life.kind !== 'running') throw new ProviderError('conflict', 'The machine does not run, so nothing can be run inside.')
  return { run: (command, call) => run(home, command, call) }
}

const outputLimit = 64 * 1024

const run: (home: Home, command: readonly string[], call: Call) => ReturnType<Guest['run']> = async (home, command, call) => {
  const [file, ...args] = command
  if (file === undefined || file === '') throw new ProviderError('invalid', 'There is no command to run.')
  call.signal.throwIfAborted()
  const env = guestEnvironment(home.directory, (await readImage(home.directory)).meta)
  // Its own process group, so that an abort ends what the command started too.
  const child = spawn(file, args, { cwd: join(home.directory, fileNames.guest), env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] })
  const end = (): void => void (child.pid !== undefined && send(-child.pid, 'SIGKILL'))
  call.signal.addEventListener('abort', end)
  try {
    const [ended, stdout, stderr] = await Promise.all([once(child, 'exit'), collect(child.stdout), collect(child.stderr)])
    call.signal.throwIfAborted()
    return { exitCode: (ended[0] as number | null) ?? 137, stdout, stderr }
  } catch (error) {
    call.signal.throwIfAborted()
    if (errorCode(error) === 'ENOENT') return { exitCode: 127, stdout: '', stderr: 'The command was not found.' }
    throw error
  } finally {
    call.signal.removeEventListener('abort', end)
  }
}

// What is beyond the limit is read and dropped, so that the command can go on.
const collect = async (stream: Readable): Promise<string> => {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    if (size < outputLimit) chunks.push(chunk)
    size += chunk.length
  }
  return Buffer.concat(chunks).subarray(0, outputLimit).toString('utf8')
}
