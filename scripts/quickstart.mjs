// The main job on examples/quickstart with the real command: plan, create, nothing to do, repair, destroy.
import { spawnSync } from 'node:child_process'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { root, setup } from './setup.mjs'

const example = join(root, 'examples', 'quickstart')
const forge = join(root, 'packages', 'cli', 'bin', 'forge.js')
const color = process.stdout.isTTY && !process.env.NO_COLOR
const bold = (text) => (color ? `\u001b[1m${text}\u001b[22m` : text)

/** Runs one command of the tour, shown as a person would type it. Ends the tour when its exit code is another one. */
const run = (args, expected = [0]) => {
  console.log(`\n${bold(`$ npx forge -C examples/quickstart ${args.join(' ')}`)}`)
  const { status } = spawnSync(process.execPath, [forge, '-C', example, ...args], { stdio: 'inherit', env: process.env })
  if (!expected.includes(status)) throw new Error(`forge ${args[0]} ended with exit code ${status}, not ${expected.join(' or ')}.`)
}

const read = (args) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [forge, '-C', example, ...args], { encoding: 'utf8' })
  if (status !== 0) throw new Error(`forge ${args.join(' ')} failed: ${stderr}`)
  return JSON.parse(stdout)
}

const portIsFree = (port) =>
  new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)))
  })

/** The first port from 8080 on that is free together with the three after it. */
const freePorts = async () => {
  for (let port = 8080; port < 65_000; port += 10) {
    const free = await Promise.all([0, 1, 2, 3].map((offset) => portIsFree(port + offset)))
    if (free.every(Boolean)) return port
  }
  throw new Error('No four free ports in a row.')
}

const visit = async (url) => {
  console.log(`\n${bold(`$ curl ${url}`)}`)
  const answer = await fetch(url, { signal: AbortSignal.timeout(10_000) })
  console.log((await answer.text()).trim())
}

const machines = () => read(['show', '--json']).objects

const killOne = async () => {
  const victim = machines().find((machine) => machine.address === 'group.web/2')
  console.log(`\n${bold(`$ kill -9 ${victim.outputs.pid}`)}   # group.web/2`)
  process.kill(victim.outputs.pid, 'SIGKILL')
  // The system needs a moment; a container may keep the dead process as a zombie, so it is not waited for.
  await new Promise((resolve) => setTimeout(resolve, 300))
}

const tour = async () => {
  run(['validate'])
  run(['plan'])
  run(['apply', '--auto-approve'])
  for (const machine of machines()) await visit(machine.outputs.url)
  run(['plan', '--detailed-exitcode'])
  await killOne()
  run(['plan', '--detailed-exitcode'], [2])
  run(['apply', '--auto-approve'])
  await visit(machines().find((machine) => machine.address === 'group.web/2').outputs.url)
  run(['destroy', '--auto-approve'])
}

/** Whatever happened: nothing stays running. */
const cleanUp = () => {
  const { status } = spawnSync(process.execPath, [forge, '-C', example, 'destroy', '--auto-approve', '--lock-timeout', '60s'], {
    stdio: 'inherit',
  })
  if (status !== 0) console.error('Machines may still be running: npx forge -C examples/quickstart destroy')
}

setup()
process.env.FORGE_VAR_port ??= String(await freePorts())
// The commands get a Ctrl-C themselves and end cleanly; the tour ends after them.
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => undefined)
try {
  await tour()
  console.log(`\n${bold('That was forge.')} The configuration is examples/quickstart/forge.yaml; the same commands work one by one.`)
} catch (error) {
  console.error(`\nquickstart: ${error instanceof Error ? error.message : String(error)}`)
  process.exitCode = 1
  cleanUp()
}
