// A fleet of machines in a simulated vCenter, driven by the built command.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { stackName } from '@forgeplan/model'
import { openStore } from '@forgeplan/store'
import { wordsOf } from './copies.mjs'
import { command } from './fleet.mjs'
import { timed } from './timed.mjs'

const environment = { ...process.env, FORGE_BENCH_PASSWORD: 'pass' }

const configuration = (port, size) => `stack: bench
providers:
  lab: { plugin: vsphere, url: "https://127.0.0.1:${port}/sdk", username: user, password: "env:FORGE_BENCH_PASSWORD", insecure: true }
groups:
  web:
    size: ${size}
    instance: { provider: lab, template: ${template}, network: VM Network, cpus: 2, memory: 1GiB, tags: { role: web, tier: front } }
`

/** The machine that a simulator with one machine has. */
export const template = 'DC0_H0_VM0'

/** A folder with the configuration of `size` machines of the vCenter at `port`, none of which stands yet. */
export const makeFleet = (parent, name, port, size) => {
  const directory = join(parent, name)
  mkdirSync(directory)
  resize(directory, port, size)
  return directory
}

/** Writes another size into the folder's configuration. */
export const resize = (directory, port, size) => writeFileSync(join(directory, 'forge.yaml'), configuration(port, size))

/** Operations at once. */
export const concurrency = 32

/** Applies and returns whole-process figures. */
export const applyFleet = (directory) => forge(directory, ['apply', '--auto-approve', '--parallelism', String(concurrency)])

/** Plans with nothing to do and returns whole-process figures. @throws when something would change. */
export const planFleet = (directory) => forge(directory, ['plan', '--detailed-exitcode'])

const forge = (directory, args) => {
  const result = timed(process.execPath, [command, '-C', directory, ...args], environment)
  if (result.status !== 0) throw new Error(`forge ${args.join(' ')} ended with ${result.status}: ${result.output.slice(-2000)}`)
  return result
}

/** Writes the journal of the only member once more for each of `size` members; what it is in the vCenter. */
export const copyMember = async (directory, size) => {
  const path = join(directory, '.forge', 'state.db')
  const store = await openStore({ path, mode: 'write', stack: stackName('bench') })
  try {
    const lease = await store.acquire({ command: 'bench', timeoutMs: 0, signal: new AbortController().signal })
    const entries = [...store.records()].map(({ entry }) => entry)
    const { uid, id } = entries.find(({ kind }) => kind === 'applied')
    const own = JSON.stringify(entries.filter((entry) => entry.uid === uid))
    for (let member = 2; member <= size; member++) await lease.append(JSON.parse(wordsOf({ id, uid }, member)(own)))
    return { id, uid }
  } finally {
    await store[Symbol.asyncDispose]()
  }
}
