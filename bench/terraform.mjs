// Terraform beside forge: a thousand of its built-in `terraform_data`, which need no provider and make no call.
import { spawnSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { timed } from './timed.mjs'

export const hasTerraform = () => spawnSync('terraform', ['version']).status === 0

const configuration = (size) => `resource "terraform_data" "web" {
  count = ${size}
  input = { image = "debian-12", cpus = 2, memory = "4GiB", note = "member \${count.index}", tags = { role = "web", tier = "front" } }
}
`

/** Seconds for creating `size` objects and for a plan with nothing to do. */
export const terraformFigures = (parent, size) => {
  const directory = join(parent, 'terraform')
  mkdirSync(directory)
  writeFileSync(join(directory, 'main.tf'), configuration(size))
  const env = { ...process.env, CHECKPOINT_DISABLE: '1', TF_IN_AUTOMATION: '1' }
  const run = (...args) => {
    const result = timed('terraform', [`-chdir=${directory}`, ...args], env)
    if (result.status !== 0) throw new Error(`terraform ${args[0]} failed: ${result.output.slice(-1000)}`)
    return result.seconds
  }
  run('init', '-input=false', '-no-color')
  return {
    create: run('apply', '-auto-approve', '-input=false', '-no-color'),
    noop: run('plan', '-detailed-exitcode', '-input=false', '-no-color'),
  }
}
