// Makes a fresh clone ready: dependencies, the SQLite addon, the build. Quick when nothing changed.
import { createHash } from 'node:crypto'
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

export const root = dirname(dirname(fileURLToPath(import.meta.url)))
const stampFile = join(root, 'node_modules', '.forge-setup')
const pnpm = 'pnpm@10.34.8'

/** Ends the script with one error for people. */
class SetupError extends Error {}

/** Installs and builds what is missing. Ends the process with one error when it cannot. */
export const setup = () => {
  try {
    checkNode()
    if (!isInstalled()) install()
    if (!addonLoads()) rebuildAddon()
    build()
  } catch (error) {
    if (!(error instanceof SetupError)) throw error
    console.error(`\nforge setup: ${error.message}`)
    process.exit(1)
  }
}

const checkNode = () => {
  const [major, minor] = process.versions.node.split('.').map(Number)
  if (major > 20 || (major === 20 && minor >= 19)) return
  throw new SetupError(`Node ${process.versions.node} is too old: forge needs Node 20.19 or later. See https://nodejs.org/en/download.`)
}

// What decides whether an install is needed: the lock file and every manifest that it belongs to.
const stamp = () => {
  const hash = createHash('sha256')
  for (const file of ['pnpm-lock.yaml', 'pnpm-workspace.yaml', 'package.json']) hash.update(readFileSync(join(root, file)))
  return hash.digest('hex')
}

const isInstalled = () =>
  existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp() && existsSync(join(root, 'node_modules', '.bin', 'tsc'))

const install = () => {
  say('Installing dependencies (the first time also compiles SQLite, one to two minutes) ...')
  const result = run('npx', ['--yes', pnpm, 'install', '--frozen-lockfile'])
  if (result.status !== 0) throw new SetupError(installProblem(result.text))
  mkdirSync(dirname(stampFile), { recursive: true })
  writeFileSync(stampFile, stamp())
}

const addonLoads = () => {
  const script = "const D = require(require.resolve('better-sqlite3', { paths: [process.argv[1]] })); new D(':memory:').close()"
  return spawnSync(process.execPath, ['-e', script, join(root, 'packages', 'store')], { stdio: 'ignore' }).status === 0
}

// An addon that was compiled for another Node, or whose build was skipped.
const rebuildAddon = () => {
  say(`Compiling SQLite for Node ${process.versions.node} (one to two minutes) ...`)
  const result = run('npx', ['--yes', pnpm, '--filter', '@forgeplan/store', 'rebuild', 'better-sqlite3'])
  if (result.status === 0 && addonLoads()) return
  throw new SetupError(installProblem(result.text))
}

const build = () => {
  const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc')
  for (const args of [[compiler, '-b'], [join(root, 'scripts', 'bundle.mjs')]]) {
    const result = run(process.execPath, args)
    if (result.status !== 0) throw new SetupError(`the build failed:\n${result.text}`)
  }
}

// node-gyp's own words run over some hundred lines; the last of them and the remedy are what helps.
const compilerTrouble = /gyp ERR!|node-gyp|not found: make|prebuild-install|Could not locate the bindings file|\bg\+\+|\bcc1plus/
const installProblem = (text) => {
  if (compilerTrouble.test(text) && !hasCompiler()) {
    return `SQLite (better-sqlite3) has to be compiled, and there is no C++ compiler with make and Python 3. Install them, then run this again:\n${remedies()}`
  }
  return `the installation failed:\n${text.trim().split('\n').slice(-25).join('\n')}`
}

const hasCompiler = () => ['make', 'python3'].every(has) && ['g++', 'clang++', 'c++'].some(has)
const has = (command) => spawnSync(command, ['--version'], { stdio: 'ignore' }).error === undefined

const remedies = () =>
  [
    '  Debian, Ubuntu: apt-get install build-essential python3',
    '  Fedora, RHEL:   dnf install gcc-c++ make python3',
    '  Alpine:         apk add build-base python3',
    '  macOS:          xcode-select --install',
  ].join('\n')

const run = (command, args) => {
  const result = spawnSync(command, args, { cwd: root, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024, stdio: ['ignore', 'pipe', 'pipe'] })
  const text = `${result.stdout ?? ''}${result.stderr ?? ''}${result.error === undefined ? '' : `\n${result.error.message}`}`
  return { status: result.status ?? 1, text }
}

const say = (text) => console.error(text)

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  setup()
  say('Ready: npx forge --help')
}
