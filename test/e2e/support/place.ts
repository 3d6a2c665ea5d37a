import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { existsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, expect, vi } from 'vitest'
import { patience } from '../../scale.ts'
import type { Ran, Running } from './command.ts'
import { startIn } from './command.ts'
import type { Row, World } from './oracle.ts'
import { lookAt, processesIn } from './oracle.ts'

type Env = Readonly<Record<string, string>>

/** A folder with a configuration, and the built command in it. */
export interface Place {
  readonly directory: string
  /** The root directory of its machines. */
  readonly machines: string
  forge(argv: readonly string[], env?: Env): Promise<Ran>
  start(argv: readonly string[], env?: Env): Running
  /** `forge`, which has to succeed: what it printed on standard output. */
  done(argv: readonly string[], env?: Env): Promise<string>
  write(file: string, text: string): Promise<void>
  /** The state's objects, from `forge state list --json`; none where there is no state yet. */
  rows(): Promise<readonly Row[]>
  world(): World
}

/** The folder of one test file. After its last test no process and no file of it is left. */
export const makeSite = async (): Promise<(config: string, files?: Env) => Promise<Place>> => {
  const site = await mkdtemp(join(tmpdir(), 'forge-site-'))
  let count = 0
  // Every command is a process of its own, and others may want the processors too.
  vi.setConfig({ testTimeout: patience })
  afterAll(async () => {
    await clear(site)
    expect(processesIn(site)).toEqual([])
    expect(existsSync(site)).toBe(false)
  })
  return async (config, files = {}) => {
    const place = placeAt(join(site, `p${++count}`))
    await mkdir(place.directory)
    for (const [file, text] of Object.entries({ 'forge.yaml': config, ...files })) await place.write(file, text)
    return place
  }
}

const placeAt = (directory: string): Place => {
  const machines = join(directory, 'machines')
  const start = (argv: readonly string[], env?: Env): Running => startIn(directory, argv, env)
  const forge = (argv: readonly string[], env?: Env): Promise<Ran> => start(argv, env).ended
  const done = async (argv: readonly string[], env?: Env): Promise<string> => {
    const ran = await forge(argv, env)
    if (ran.code !== 0) throw new Error(`forge ${argv.join(' ')} ended with ${ran.code}:\n${ran.out}${ran.err}`)
    return ran.out
  }
  const write = async (file: string, text: string): Promise<void> => {
    await mkdir(dirname(join(directory, file)), { recursive: true })
    await writeFile(join(directory, file), text)
  }
  const rows = async (): Promise<readonly Row[]> => {
    const ran = await forge(['state', 'list', '--json'])
    if (ran.err.includes('FORGE4001')) return []
    if (ran.code !== 0) throw new Error(`The state cannot be read:\n${ran.out}${ran.err}`)
    return JSON.parse(ran.out) as readonly Row[]
  }
  return { directory, machines, start, forge, done, write, rows, world: () => lookAt(machines) }
}

// The machines of tests that left theirs standing, and everything that a failed test left running.
const clear = async (site: string): Promise<void> => {
  for (let round = 0; round < 100; round++) {
    const left = processesIn(site)
    if (left.length === 0) break
    for (const { pid } of left) kill(pid)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  await rm(site, { recursive: true, force: true })
}

const kill = (pid: number): void => {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // It ended by itself.
  }
}
