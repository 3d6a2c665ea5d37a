// Makes what the machines of this example boot: Debian's cloud kernel, and a small root file system of busybox with
// the modules that the machines need. Everything goes into .cache beside this file; nothing is installed and root is
// not needed. Run it again for a newer kernel: node prepare.mjs --fresh
// With --into DIR the machines run DIR/init.sh instead, and what they boot goes into DIR.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { gzipSync } from 'node:zlib'

const here = import.meta.dirname
const cache = join(here, '.cache')
const into = process.argv.includes('--into') ? process.argv[process.argv.indexOf('--into') + 1] : undefined
// Also those that they depend on are loaded; the names are those of the files without .ko.
const wantedModules = 'virtio_pci virtio_net virtio_blk virtio-rng ata_piix sr_mod isofs button evdev pvpanic-mmio'.split(' ')

class Problem extends Error {}

const run = (command, args, options = {}) => {
  const ran = spawnSync(command, args, { encoding: 'utf8', ...options })
  if (ran.error?.code === 'ENOENT') throw new Problem(`${command} is missing. ${hints[command] ?? `Install it.`}`)
  if (ran.status !== 0) throw new Problem(`${command} ${args.join(' ')} failed: ${(ran.stderr || ran.stdout || '').trim().slice(-2000)}`)
  return ran.stdout
}

const debian =
  'This script needs Debian or Ubuntu. Elsewhere put a kernel at .cache/vmlinuz and a root file system at .cache/initrd.gz yourself.'
const hints = { 'apt-get': debian, 'apt-cache': debian, dpkg: debian }

/** The package that the name of the newest cloud kernel stands for. */
const kernelPackage = () => {
  const depends = run('apt-cache', ['depends', 'linux-image-cloud-amd64'])
  const found = /Depends: (linux-image-[\w.+-]*cloud-amd64)/.exec(depends)?.[1]
  if (found !== undefined) return found
  throw new Problem('apt knows no package linux-image-cloud-amd64: run "apt-get update", or add Debian\'s main section.')
}

/** Downloads and unpacks a package into `into`, without installing it. */
const unpack = (name, into) => {
  const temporary = mkdtempSync(join(cache, 'download-'))
  try {
    console.log(`Downloading ${name} ...`)
    run('apt-get', ['download', '-q', name], { cwd: temporary })
    const file = readdirSync(temporary).find((entry) => entry.endsWith('.deb'))
    if (file === undefined) throw new Problem(`apt-get downloaded no ${name}. Run "apt-get update" first.`)
    run('dpkg', ['-x', join(temporary, file), into])
  } finally {
    rmSync(temporary, { recursive: true, force: true })
  }
}

/** busybox as one file that needs no library: the installed one if it is static, else the package's. */
const busyboxIn = (directory) => {
  const known = ['/bin/busybox', '/usr/bin/busybox'].find((path) => existsSync(path) && isStatic(path))
  if (known !== undefined) return readFileSync(known)
  unpack('busybox-static', directory)
  return readFileSync(['bin/busybox', 'usr/bin/busybox'].map((path) => join(directory, path)).find((path) => existsSync(path)))
}

// A dynamic program names its loader.
const isStatic = (path) => !readFileSync(path).includes('/lib64/ld-linux')

/** Module files by name, with what they depend on first. The package brings no list: each module names its own. */
const modulesIn = (directory) => {
  const files = new Map(filesUnder(join(directory, 'lib', 'modules')).flatMap((path) => moduleEntry(path)))
  const ordered = new Map()
  const add = (name) => {
    const path = files.get(normal(name))
    if (ordered.has(normal(name)) || path === undefined) return
    const content = readFileSync(path)
    for (const one of dependsOf(content)) add(one)
    ordered.set(normal(name), content)
  }
  for (const name of wantedModules) add(name)
  return ordered
}

const moduleEntry = (path) => (path.endsWith('.ko') ? [[normal(basename(path, '.ko')), path]] : [])
const normal = (name) => name.replaceAll('-', '_')
const dependsOf = (content) => {
  const at = content.indexOf('\0depends=')
  const list = at < 0 ? '' : content.toString('latin1', at + 9, content.indexOf(0, at + 9))
  return list === '' ? [] : list.split(',')
}

const filesUnder = (directory) =>
  readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))

/** A cpio archive as the kernel reads it ("newc"): [path, mode, content] in order. */
const cpio = (entries) => {
  const chunks = []
  for (const [index, [path, mode, content]] of [...entries, ['TRAILER!!!', 0, Buffer.alloc(0)]].entries()) {
    const name = Buffer.from(`${path}\0`)
    const fields = [index + 1, mode, 0, 0, 1, 0, content.length, 0, 0, 0, 0, name.length, 0]
    chunks.push(padded(Buffer.concat([Buffer.from(`070701${fields.map(hex).join('')}`), name])), padded(content))
  }
  return Buffer.concat(chunks)
}

const hex = (number) => number.toString(16).padStart(8, '0')
const padded = (bytes) => Buffer.concat([bytes, Buffer.alloc((4 - (bytes.length % 4)) % 4)])

const [directoryMode, fileMode, programMode] = [0o040755, 0o100644, 0o100755]

const rootFileSystem = (busybox, modules) =>
  cpio([
    ...['bin', 'dev', 'modules'].map((path) => [path, directoryMode, Buffer.alloc(0)]),
    ['bin/busybox', programMode, busybox],
    ['init', programMode, readFileSync(join(into ?? here, 'init.sh'))],
    ['modules/order', fileMode, Buffer.from([...modules.keys()].map((name) => `${name}\n`).join(''))],
    ...[...modules].map(([name, content]) => [`modules/${name}.ko`, fileMode, content]),
  ])

// Seen whole or not at all.
const put = (name, content) => {
  const path = join(into ?? cache, name)
  const part = `${path}.${process.pid}.part`
  writeFileSync(part, content)
  renameSync(part, path)
  console.log(`${path}  ${(content.length / 2 ** 20).toFixed(1)} MiB`)
}

const fetchKernel = (into) => {
  const fresh = mkdtempSync(join(cache, 'kernel-'))
  unpack(kernelPackage(), fresh)
  try {
    renameSync(fresh, into)
  } catch (error) {
    // Another run of this script was faster.
    rmSync(fresh, { recursive: true, force: true })
    if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error
  }
}

const prepare = () => {
  mkdirSync(cache, { recursive: true })
  const kernel = join(cache, 'kernel')
  if (process.argv.includes('--fresh')) rmSync(kernel, { recursive: true, force: true })
  if (!existsSync(join(kernel, 'boot'))) fetchKernel(kernel)
  const image = readdirSync(join(kernel, 'boot')).find((name) => name.startsWith('vmlinuz-'))
  if (image === undefined) throw new Problem('The kernel package holds no kernel. Try again with --fresh.')
  put('vmlinuz', readFileSync(join(kernel, 'boot', image)))
  put('initrd.gz', gzipSync(rootFileSystem(busyboxIn(join(cache, 'busybox')), modulesIn(kernel))))
}

const needQemu = () => {
  const found = spawnSync('qemu-system-x86_64', ['--version']).error === undefined
  if (!found) console.log('\nqemu-system-x86_64 is not installed: apt-get install qemu-system-x86')
}

try {
  prepare()
  needQemu()
} catch (error) {
  if (!(error instanceof Problem)) throw error
  console.error(`prepare: ${error.message}`)
  process.exitCode = 1
}
