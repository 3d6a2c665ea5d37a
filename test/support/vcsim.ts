import type { ChildProcess } from 'node:child_process'
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'

/** A simulated vCenter that runs; it ends with whoever started it. */
export interface Vcsim extends AsyncDisposable {
  readonly port: number
  readonly pid: number
}

/** Starts one on a free port of the loopback, with vcsim's flags. @throws Error where it ends before it listens. */
export const startVcsim = async (flags: readonly string[] = [], env: NodeJS.ProcessEnv = {}): Promise<Vcsim> => {
  const child = spawn(binary(), ['-l', '127.0.0.1:0', '-stdinexit', ...flags], {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
  })
  const port = await portOf(child)
  return { port, pid: child.pid ?? 0, [Symbol.asyncDispose]: () => stop(child) }
}

const binary = (): string => {
  const cwd = new URL('../..', import.meta.url).pathname
  const { status, stdout, stderr } = spawnSync(process.execPath, ['scripts/vcsim.mjs', '--build'], { cwd, encoding: 'utf8' })
  if (status !== 0) throw new Error(stderr)
  return stdout.trim()
}

const portOf = async (child: ChildProcess): Promise<number> => {
  let complaints = ''
  child.stderr?.on('data', (chunk: Buffer) => (complaints += chunk.toString()))
  if (child.stdout === null) throw new Error('vcsim has no output')
  for await (const line of createInterface(child.stdout)) {
    const port = /GOVC_URL=https?:\/\/\S*?:(\d+)\/sdk/.exec(line)?.[1]
    if (port !== undefined) return Number(port)
  }
  throw new Error(`vcsim ended before it listened: ${complaints}`)
}

// Its end of stdin makes it remove the files of its datastores.
const stop = async (child: ChildProcess): Promise<void> => {
  if (child.exitCode !== null || child.signalCode !== null) return
  const closed = once(child, 'close')
  child.stdin?.end()
  const timer = setTimeout(() => child.kill('SIGKILL'), 20_000)
  await closed
  clearTimeout(timer)
}
