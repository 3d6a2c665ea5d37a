import { randomUUID } from 'node:crypto'
import { existsSync, readlinkSync } from 'node:fs'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { Mark, PlainMap, Present } from '@forgeplan/model'
import { groupUnit, lineage, memberAddress, stackName, uid } from '@forgeplan/model'
import type { Call, Handler, Session, Target, Verb } from '@forgeplan/sdk'
import { hyperkit } from '../src/index.ts'
import type { MachineInputs, MachineOutputs } from '../src/machine-type.ts'
import { machineType } from '../src/machine-type.ts'

if (!existsSync(fileURLToPath(new URL('../dist/supervisor/main.js', import.meta.url))))
  throw new Error('The supervisor is not built: run ./node_modules/.bin/tsc -b packages/provider-hyperkit first.')

/** A root of its own with a session; ending it kills every machine in it and removes it. */
export interface Rig extends AsyncDisposable {
  readonly folder: string
  readonly root: string
  readonly session: Session
  readonly handler: Handler<MachineInputs, MachineOutputs>
}

export const openRig = async (settings: PlainMap = {}): Promise<Rig> => {
  const folder = await mkdtemp(join(tmpdir(), 'forge-hyperkit-'))
  const root = join(folder, 'machines')
  const session = await openAt(folder, settings)
  const handler = session.handlers.get(machineType) as unknown as Handler<MachineInputs, MachineOutputs>
  return { folder, root, session, handler, [Symbol.asyncDispose]: () => tearDown(folder) }
}

export const openAt = (folder: string, settings: PlainMap = {}): Promise<Session> =>
  hyperkit.open({ driver: 'stub', root: 'machines', ...settings }, { directory: folder, signal: new AbortController().signal })

/** Ids of the living processes whose working directory is inside `folder`. */
export const processesIn = async (folder: string): Promise<readonly number[]> => {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number)
  return pids.filter((pid) => {
    try {
      return pid !== process.pid && `${readlinkSync(`/proc/${pid}/cwd`)}/`.startsWith(`${folder}/`)
    } catch {
      return false
    }
  })
}

const tearDown = async (folder: string): Promise<void> => {
  for (let pids = await processesIn(folder); pids.length > 0; pids = await processesIn(folder)) {
    for (const pid of pids) if (pid > 1) kill(pid)
    await delay(20)
  }
  await rm(folder, { recursive: true, force: true })
}

export const kill = (pid: number, signal: NodeJS.Signals = 'SIGKILL'): void => {
  try {
    process.kill(pid, signal)
  } catch {
    // Already gone.
  }
}

export const theLineage = lineage('0b2c1f6e-7a77-4bd0-9d0d-0c9f0c7a7b11')

export const aTarget = (over: Partial<Target> = {}, markOver: Partial<Mark> = {}): Target => {
  const identity = over.uid ?? uid(randomUUID())
  const address = over.address ?? memberAddress(groupUnit('web'), '1')
  const mark = {
    lineage: theLineage,
    stack: stackName('lab'),
    uid: identity,
    address,
    generation: 1,
    specDigest: '0'.repeat(64),
    ...markOver,
  }
  return { uid: identity, address, type: machineType, mark, id: null, handle: null, begunAt: null, making: false, ...over }
}

export const inputs = (over: Partial<MachineInputs> = {}): MachineInputs => ({ cpus: 1, memory: 512 * 2 ** 20, ...over })

export const aCall = (over: Partial<Call> = {}): Call => ({
  signal: new AbortController().signal,
  progress: () => undefined,
  record: async () => undefined,
  now: () => Date.now(),
  sleep: (ms) => delay(ms),
  ...over,
})

export const look = async (rig: Rig, target: Target) => {
  const seen = (await rig.handler.observe([target], aCall())).get(target.uid)
  if (seen === undefined) throw new Error('observe did not answer')
  return seen
}

export const present = async (rig: Rig, target: Target): Promise<Present<MachineInputs, MachineOutputs>> => {
  const seen = await look(rig, target)
  if (seen.kind !== 'present') throw new Error(`not present but ${JSON.stringify(seen)}`)
  return seen
}

export const apply = async (rig: Rig, verb: Verb, target: Target, desired: MachineInputs, call: Call = aCall()) =>
  rig.handler.apply(verb, target, desired, await look(rig, target), call)

export const remove = async (rig: Rig, target: Target, call: Call = aCall()): Promise<void> =>
  rig.handler.delete(target, await look(rig, target), call)

/** Waits up to 20 s for something that another process brings about. */
export const until = async (what: string, condition: () => Promise<boolean> | boolean): Promise<void> => {
  for (let tries = 0; tries < 800; tries++) {
    if (await condition()) return
    await delay(25)
  }
  throw new Error(`it never happened: ${what}`)
}

export const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo
      server.close(() => resolve(port))
    })
  })

/** What a web server answers; `null` if none does. */
export const get = async (port: number): Promise<string | null> => {
  try {
    return await (await fetch(`http://127.0.0.1:${port}/`, { signal: AbortSignal.timeout(2000) })).text()
  } catch {
    return null
  }
}

export const consoleOf = (rig: Rig, target: Target): Promise<string> => readFile(join(rig.root, target.uid, 'console-ring'), 'utf8')

/** An init that serves its member's name on its port. */
export const server = `exec node -e 'require("http").createServer((q, s) => s.end(process.env.FORGE_MEMBER)).listen(process.env.PORT, "127.0.0.1")'`
