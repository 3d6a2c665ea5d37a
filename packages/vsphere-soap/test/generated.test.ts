import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { hasVcsim } from '../../../test/require.ts'

const root = join(import.meta.dirname, '../../..')
const vcsim = join(root, 'packages/testkit/vcsim')
// The simulator is built from the sources that the table was made from; with FORGE_VCSIM they may not be here.
const go = spawnSync('go', ['list', '-m', '-f', '{{.Dir}}', 'github.com/vmware/govmomi'], { cwd: vcsim, encoding: 'utf8' })
const sources = go.status === 0 ? go.stdout.trim() : ''

describe.skipIf(!hasVcsim() || sources === '')('the table', () => {
  it('is what the generator makes of the sources of govmomi', () => {
    const made = spawnSync(process.execPath, ['packages/vsphere-soap/scripts/generate.mjs', sources, '--print'], {
      cwd: root,
      encoding: 'utf8',
    })
    expect(made.stderr).toBe('')
    expect(made.stdout).toBe(readFileSync(join(root, 'packages/vsphere-soap/src/vim/table.ts'), 'utf8'))
  })
})
