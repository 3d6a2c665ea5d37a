import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

export const root = resolve(import.meta.dirname, '..', '..', '..')
/** The built command, for `node`. */
export const bin: string = join(root, 'packages', 'cli', 'bin', 'forge.js')

export interface Ran {
  readonly code: number | null
  readonly out: string
  readonly err: string
}

/** A started command: its process, and what it has come to. */
export interface Running {
  readonly child: ChildProcess
  readonly ended: Promise<Ran>
  /** Resolves when the text stands on standard output. */
  printed(text: string): Promise<void>
}

/** A folder with a configuration, in which the built command runs; whatever it started is gone afterwards. */
export interface Ground extends AsyncDisposable {
  readonly directory: string
  /** Another configuration. */
  write(config: string): Promise<void>
  start(argv: readonly string[], env?: Readonly<Record<string, string>>): Running
  forge(argv: readonly string[], env?: Readonly<Record<string, string>>): Promise<Ran>
  /** The machines as the state knows them. */
  machines(): Promise<readonly Machine[]>
  /** Process ids whose command line mentions this folder (Linux). */
  processes(): Promise<readonly number[]>
}

export interface Machine {
  readonly address: string
  readonly uid: string
  readonly outputs: { readonly pid: number; readonly url: string }
}

export const makeGround = async (config: string): Promise<Ground> => {
  if (!existsSync(join(root, 'packages', 'cli', 'dist', 'main.js'))) throw new Error('Build first: npm run setup')
  const directory = await mkdtemp(join(tmpdir(), 'forge-e2e-'))
  await writeFile(join(directory, 'forge.yaml'), config)
  const start = (argv: readonly string[], env: Readonly<Record<string, string>> = {}): Running => startIn(directory, argv, env)
  const forge = (argv: readonly string[], env?: Readonly<Record<string, string>>): Promise<Ran> => start(argv, env).ended
  const machines = async (): Promise<readonly Machine[]> => {
    const { out } = await forge(['show', '--json'])
    return (JSON.parse(out) as { readonly objects: readonly Machine[] }).objects
  }
  const cleanUp = async (): Promise<void> => {
    const ended = await forge(['destroy', '--auto-approve', '--lock-timeout', '60s'])
    await rm(directory, { recursive: true, force: true })
    if (ended.code !== 0) throw new Error(`The ground could not be cleared: ${ended.out}${ended.err}`)
  }
  const write = (text: string): Promise<void> => writeFile(join(directory, 'forge.yaml'), text)
  return { directory, write, start, forge, machines, processes: () => processesOf(directory), [Symbol.asyncDispose]: cleanUp }
}

/** The built command in a folder. */
export const startIn = (directory: string, argv: readonly string[], env: Readonly<Record<string, string>> = {}): Running =>
  startProcess([process.execPath, bin, ...argv], { directory, env })

/** Any program, with its output collected; its standard input is open only when `typing`. `uid` is another user's. */
export const startProcess = (
  [program = '', ...argv]: readonly string[],
  around: { readonly directory: string; readonly env?: Readonly<Record<string, string>>; readonly typing?: boolean; readonly uid?: number },
): Running => {
  const { NODE_EXTRA_CA_CERTS: _, ...inherited } = process.env
  const child = spawn(program, argv, {
    cwd: around.directory,
    env: { ...inherited, ...around.env },
    ...(around.uid === undefined ? {} : { uid: around.uid, gid: around.uid }),
    stdio: [around.typing === true ? 'pipe' : 'ignore', 'pipe', 'pipe'],
  })
  const text = { out: '', err: '' }
  const listeners = new Set<() => void>()
  child.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
    text.out += chunk
    for (const listener of listeners) listener()
  })
  child.stderr?.setEncoding('utf8').on('data', (chunk: string) => (text.err += chunk))
  const ended = new Promise<Ran>((done) => child.on('close', (code) => done({ code, ...text })))
  const printed = (wanted: string): Promise<void> =>
    new Promise((done, fail) => {
      const look = (): void => {
        if (text.out.includes(wanted)) done()
      }
      listeners.add(look)
      look()
      void ended.then(() => fail(new Error(`It ended without printing ${wanted}: ${text.out}${text.err}`)))
    })
  return { child, ended, printed }
}

const processesOf = async (directory: string): Promise<readonly number[]> => {
  if (!existsSync('/proc/self')) return []
  const ids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name))
  const lines = await Promise.all(ids.map((id) => readFile(`/proc/${id}/cmdline`, 'utf8').catch(() => '')))
  return ids.filter((_, i) => lines[i]?.includes(directory)).map(Number)
}

/** Below the ports that a system hands out (Linux: from 32,768), and for each worker of the suite its own. */
const room = 2_000
const firstPort = 10_000 + (Number(process.env['VITEST_POOL_ID'] ?? '0') % 11) * room
let nextPort = Math.floor(Math.random() * room)

/** The first of `count` free ports in a row, given to nobody else. */
export const freePorts = async (count: number): Promise<number> => {
  for (;;) {
    if (nextPort + count > room) nextPort = 0
    const base = firstPort + nextPort
    nextPort += count
    const free = await Promise.all(Array.from({ length: count }, (_, i) => isFree(base + i)))
    if (free.every(Boolean)) return base
  }
}

const isFree = (port: number): Promise<boolean> =>
  new Promise((done) => {
    const server = createServer()
    server.once('error', () => done(false))
    server.listen(port, '127.0.0.1', () => server.close(() => done(true)))
  })

/** Whether a process runs. A zombie does not: in a container its parent may take its time to reap it. */
export const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
  } catch {
    return false
  }
  return !/^\d+ \(.*\) [ZX] /s.test(statOf(pid))
}

const statOf = (pid: number): string => {
  try {
    return readFileSync(`/proc/${String(pid)}/stat`, 'utf8')
  } catch {
    return ''
  }
}
