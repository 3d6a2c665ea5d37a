// A simulated vCenter to play with: npm run vcsim, with vcsim's own flags. `--build` only builds it and prints its path.
// FORGE_VCSIM names another binary.
import { spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { root } from './setup.mjs'

const source = join(root, 'packages', 'testkit', 'vcsim')

/** The path of the simulator, built where it is not there yet. Throws an Error that says what is missing. */
export const vcsim = () => {
  const named = process.env.FORGE_VCSIM ?? ''
  if (named !== '') return existsSync(named) ? named : fail(`FORGE_VCSIM names ${named}, which is not there`)
  const path = join(root, '.cache', `vcsim-${digest()}`, 'vcsim')
  if (!existsSync(path)) build(path)
  return path
}

// Another version of the simulator is another folder.
const digest = () => {
  const hash = createHash('sha256')
  for (const file of ['main.go', 'go.mod', 'go.sum']) hash.update(readFileSync(join(source, file)))
  return hash.digest('hex').slice(0, 12)
}

const build = (path) => {
  if (spawnSync('go', ['version']).error !== undefined) fail('there is no Go (1.25 or later) to build it with: https://go.dev/doc/install')
  console.error('Building the simulated vCenter (the first time one to four minutes) ...')
  mkdirSync(join(path, '..'), { recursive: true })
  // Two test processes may build at the same time; each finds the other's result or its own, and never half of one.
  const own = `${path}.${process.pid}`
  const { status, stderr } = spawnSync('go', ['build', '-trimpath', '-o', own, '.'], { cwd: source, encoding: 'utf8' })
  if (status !== 0) fail(`it cannot be built:\n${stderr.trim().split('\n').slice(-15).join('\n')}`)
  renameSync(own, path)
}

const fail = (text) => {
  throw new Error(text)
}

const run = (path, argv) => {
  const child = spawn(path, argv, { stdio: 'inherit' }).on('close', (code) => process.exit(code ?? 0))
  // A terminal tells both of Ctrl-C; of these only this process is told.
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
}

const main = () => {
  try {
    const path = vcsim()
    if (process.argv.includes('--build')) console.log(path)
    else run(path, process.argv.slice(2))
  } catch (error) {
    console.error(`vcsim: ${error.message}`)
    process.exit(1)
  }
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) main()
