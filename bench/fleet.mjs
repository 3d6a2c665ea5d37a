// A fleet of simulated machines in a temporary folder, driven by the built command.
import { spawnSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { timed } from './timed.mjs'

const here = fileURLToPath(new URL('.', import.meta.url))
export const command = join(here, '..', 'packages', 'cli', 'bin', 'forge.js')

const configuration = (size, { image = 'debian-12', update = '' } = {}) => `stack: bench
providers:
  world: { plugin: ${JSON.stringify(join(here, 'plugin.mjs'))}, world: bench }
groups:
  web:
    size: ${size}
    instance: { provider: world, image: ${image}, cpus: 2, memory: 4GiB, note: "member \${member.id}", tags: { role: web, tier: front } }
${update}`

/** A folder with the configuration of `size` machines, none of which stands yet. */
export const makeFleet = (parent, name, size) => {
  const directory = join(parent, name)
  mkdirSync(directory)
  writeFileSync(join(directory, 'forge.yaml'), configuration(size))
  return directory
}

/** Writes another size into the folder's configuration. */
export const resize = (directory, size) => writeFileSync(join(directory, 'forge.yaml'), configuration(size))

/** Writes another image into the folder's configuration, and how many members at once get it. */
export const reimage = (directory, size, batch) =>
  writeFileSync(join(directory, 'forge.yaml'), configuration(size, { image: 'debian-13', update: `    update: { batch: ${batch} }\n` }))

const environment = (directory, save) => ({
  ...process.env,
  FORGE_BENCH_WORLD: join(directory, 'world.json'),
  FORGE_BENCH_SAVE: save ? '1' : '0',
})

/** Applies and returns whole-process figures: seconds of wall time, MiB of peak memory. */
export const applyFleet = (directory) => forge(directory, ['apply', '--auto-approve'], { save: true, exit: 0 })

/** Plans with nothing to do and returns whole-process figures. @throws when something would change. */
export const planFleet = (directory) => forge(directory, ['plan', '--detailed-exitcode'], { save: false, exit: 0 })

/** Plans a replacement of every member and returns whole-process figures. @throws when nothing would change. */
export const planRoll = (directory) => forge(directory, ['plan', '--detailed-exitcode'], { save: false, exit: 2 })

const forge = (directory, args, { save, exit }) => {
  const result = timed(process.execPath, [command, '-C', directory, ...args], environment(directory, save))
  if (result.status !== exit) throw new Error(`forge ${args.join(' ')} ended with ${result.status}: ${result.output.slice(-2000)}`)
  return result
}

/** Whether the command can be run at all. */
export const commandWorks = () => spawnSync(process.execPath, [command, '--version']).status === 0
