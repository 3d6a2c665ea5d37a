// A simulated vCenter and what stands in front of it, each a process of its own, so that they go on while a command is run.
import { fork, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { appendFileSync, readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { vcsim } from '../scripts/vcsim.mjs'

/** Why nothing can be measured here, or null. */
export const missingVcenter = () => {
  try {
    vcsim()
    return spawnSync('openssl', ['version']).error === undefined ? null : 'openssl is not installed'
  } catch (error) {
    return `there is no simulated vCenter: ${error.message}`
  }
}

/** Starts a simulator with vcsim's flags. `stop` ends it; `hasEnded` says whether it has done so by itself. */
export const startVcenter = async (flags) => {
  const child = spawn(vcsim(), ['-l', '127.0.0.1:0', '-stdinexit', '-cluster', '0', '-vm', '1', ...flags], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  return { port: await portOf(child), stop: () => stop(child), hasEnded: () => hasEnded(child) }
}

const isOver = ({ exitCode, signalCode }) => exitCode !== null || signalCode !== null

// While a command was run nothing was heard of it.
const hasEnded = async (child) => {
  if (!isOver(child)) await Promise.race([once(child, 'exit'), delay(1000)])
  return isOver(child)
}

const portOf = async (child) => {
  for await (const line of createInterface(child.stdout)) {
    const port = /GOVC_URL=https:\/\/\S*?:(\d+)\/sdk/.exec(line)?.[1]
    if (port !== undefined) return Number(port)
  }
  throw new Error('The simulated vCenter ended before it listened.')
}

// Its end of stdin makes it remove the files of its datastores.
const stop = async (child) => {
  if (isOver(child)) return
  const ended = once(child, 'exit')
  child.stdin.end()
  const timer = setTimeout(() => child.kill('SIGKILL'), 20_000)
  await ended
  clearTimeout(timer)
}

/**
 * Puts a process in front of one that listens on `target`: `calls` gives how often each method was called since it was last
 * asked, `delay` makes every answer wait, `copies` shows the machine `original`, `{ id, uid }`, `size` times.
 */
export const startFront = async (directory, target) => {
  const orders = JSON.stringify({ port: target, identity: identityIn(directory) })
  const child = fork(join(import.meta.dirname, 'vcenter-front.mjs'), [orders])
  const told = async () => {
    const [message] = await once(child, 'message')
    return message
  }
  const { port } = await told()
  const order = (name, rest = {}) => {
    child.send({ order: name, ...rest })
    return told()
  }
  return {
    port,
    calls: async () => (await order('calls')).calls,
    delay: (ms) => order('delay', { ms }),
    copies: (original, size) => order('copies', { original, size }),
    stop: async () => {
      if (isOver(child)) return
      const ended = once(child, 'exit')
      child.disconnect()
      await ended
    },
  }
}

/** A key and its certificate in one file. */
const identityIn = (directory) => {
  const path = join(directory, 'front.pem')
  const args = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2', '-subj', '/CN=front']
  const { status, stderr } = spawnSync('openssl', [...args, '-keyout', path, '-out', `${path}.crt`], { encoding: 'utf8' })
  if (status !== 0) throw new Error(`There is no certificate: ${stderr.trim()}`)
  appendFileSync(path, readFileSync(`${path}.crt`))
  return path
}
