import type { ChildProcess } from 'node:child_process'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { Duplex } from 'node:stream'
import { constants } from 'node:os'
import { noteGuest } from '../home/guest-process.ts'
import { livingInGroup, send, settles, startedAt } from '../processes.ts'
import type { Console } from './console.ts'
import { dieTogether } from './die-together.ts'

/** How a hypervisor's process ended. */
export interface Exit {
  /** 128 + n for signal n. */
  readonly code: number
  readonly signal: NodeJS.Signals | null
  /** The last line that it wrote to standard error. */
  readonly lastWords: string
}

/** A running hypervisor: one process group that dies with this process. */
export interface Hypervisor {
  readonly pid: number
  /** Its descriptor 4: a socket without a name that nobody else can reach. */
  readonly channel: Duplex
  readonly ended: Promise<Exit>
  /** Kills what is left of it; harmless afterwards. */
  kill(): Promise<void>
}

/** Starts a hypervisor in the working directory. @throws when it cannot be run. */
export const startHypervisor = async (command: readonly string[], output: Console): Promise<Hypervisor> => {
  const child = spawn('/bin/sh', dieTogether(command), {
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe', 'pipe', 'pipe'],
    env: { PATH: process.env['PATH'] ?? '' },
  })
  const words = listen(child, output)
  const ended = once(child, 'exit').then(([code, signal]) => exitOf(code as number | null, signal as NodeJS.Signals | null, words()))
  await once(child, 'spawn')
  const pid = child.pid ?? 0
  await noteGuest('.', { pid, started: startedAt(pid) ?? '' })
  return { pid, channel: channelOf(child), ended, kill: () => killGroup(pid, ended) }
}

const channelOf = (child: ChildProcess): Duplex => {
  const channel = child.stdio[4]
  if (!(channel instanceof Duplex)) throw new Error('The hypervisor has no channel.')
  return channel
}

// Standard output is the machine's serial line; standard error is the hypervisor's own.
const listen = (child: ChildProcess, output: Console): (() => string) => {
  let last = ''
  child.stdout?.on('data', (chunk: Buffer) => output.write(chunk))
  child.stderr?.on('data', (chunk: Buffer) => {
    output.write(chunk)
    last = `${last}${chunk.toString('utf8')}`.slice(-2000)
  })
  return () => last.trim().split('\n').at(-1)?.trim() ?? ''
}

const exitOf = (code: number | null, signal: NodeJS.Signals | null, lastWords: string): Exit => ({
  code: code ?? 128 + (signal === null ? 0 : constants.signals[signal]),
  signal,
  lastWords,
})

const killGroup = async (pid: number, ended: Promise<Exit>): Promise<void> => {
  send(-pid, 'SIGKILL')
  await ended
  await settles(() => livingInGroup(pid) === 0, 1000)
}
