// One real machine from apply until it is healthy, against the same qemu command started bare until its port answers.
import { spawn, spawnSync } from 'node:child_process'
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { command } from './fleet.mjs'
import { median, timed } from './timed.mjs'

const example = join(import.meta.dirname, '..', 'examples', 'local-vms')
const pairs = 3
const patienceMs = 180_000

/** Both null where qemu or what it boots cannot be had; `note` then says why. */
export const qemuFigures = async (parent) => {
  const note = missing()
  if (note !== null) return { note, qemuBootSeconds: null, qemuBootRatio: null }
  const runs = []
  for (let pair = 0; pair < pairs; pair++) runs.push(await onePair(mkdtempSync(join(parent, 'qemu-'))))
  return {
    note: null,
    qemuBootSeconds: median(runs.map(({ apply }) => apply)),
    qemuBootRatio: median(runs.map(({ apply, bare }) => apply / bare)),
  }
}

const missing = () => {
  if (process.platform !== 'linux') return 'qemu is measured on Linux only'
  if (spawnSync('qemu-system-x86_64', ['--version']).error !== undefined) return 'qemu-system-x86_64 is not installed'
  const prepared = spawnSync(process.execPath, [join(example, 'prepare.mjs')], { encoding: 'utf8' })
  return prepared.status === 0 ? null : `the guest system cannot be made: ${prepared.stderr.trim()}`
}

const onePair = async (directory) => {
  const port = await freePort()
  const env = { ...process.env, FORGE_VAR_port: String(port - 1), FORGE_VAR_size: '1' }
  mkdirSync(join(directory, '.cache'))
  for (const file of ['vmlinuz', 'initrd.gz']) copyFileSync(join(example, '.cache', file), join(directory, '.cache', file))
  writeFileSync(join(directory, 'forge.yaml'), readFileSync(join(example, 'forge.yaml')))
  const forge = (verb) => timed(process.execPath, [command, '-C', directory, verb, '--auto-approve'], env)
  try {
    const applied = forge('apply')
    if (applied.status !== 0) throw new Error(`The machine could not be made: ${applied.output}`)
    const [program, ...args] = commandOf(directory)
    const bare = keepFiles(directory)
    mustEnd(forge('destroy'))
    return { apply: applied.seconds, bare: await bareBoot([program, args], bare, port) }
  } catch (error) {
    forge('destroy')
    throw error
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}

const mustEnd = ({ status, output }) => {
  if (status !== 0) throw new Error(`The machine could not be destroyed: ${output}`)
}

const homeIn = (directory) => {
  const root = join(directory, '.forge', 'machines')
  return join(
    root,
    readdirSync(root).find((name) => !name.startsWith('.')),
  )
}

/** The arguments of the qemu that runs the only machine. */
const commandOf = (directory) => {
  const { pid } = JSON.parse(readFileSync(join(homeIn(directory), 'guest.json'), 'utf8'))
  return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').slice(0, -1)
}

/** Copies what the machine boots from into a folder that outlives it. */
const keepFiles = (directory) => {
  const to = join(directory, 'bare')
  mkdirSync(to)
  for (const file of ['data.iso', 'disk-data.img']) copyFileSync(join(homeIn(directory), file), join(to, file))
  return to
}

// Descriptor 4 is where it expects its monitor.
const bareBoot = async ([program, args], cwd, port) => {
  const start = process.hrtime.bigint()
  const child = spawn(program, args, { cwd, stdio: ['ignore', 'ignore', 'ignore', 'ignore', 'pipe'] })
  const ended = new Promise((resolve) => child.on('exit', resolve))
  try {
    for (const last = Date.now() + patienceMs; !(await answers(port)); await new Promise((resolve) => setTimeout(resolve, 50)))
      if (Date.now() > last || child.exitCode !== null) throw new Error('The bare machine does not answer.')
    return Number(process.hrtime.bigint() - start) / 1e9
  } finally {
    child.kill('SIGKILL')
    await ended
  }
}

const answers = (port) =>
  new Promise((resolve) => {
    const asked = request({ host: '127.0.0.1', port, timeout: 500, agent: false }, (response) => {
      response.destroy()
      resolve(response.statusCode === 200)
    })
    asked.on('error', () => resolve(false))
    asked.on('timeout', () => asked.destroy())
    asked.end()
  })

const freePort = () =>
  new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address()
      server.close(() => resolve(port))
    })
  })
