import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { hasVcsim } from '../../../test/require.ts'
import { startVcsim } from '../../../test/support/vcsim.ts'
import { stackNameFor, starters } from '../src/starters/starters.ts'
import { makePlace } from './support/forge.ts'

// vSphere asks for a password, and its starter names a vCenter that nobody has.
const env = { VSPHERE_PASSWORD: 'pass' }

test.each(Object.keys(starters))('the starter for %s is valid and formatted', async (provider) => {
  await using place = await makePlace(null)
  const made = await place.forge(['init', 'My Lab 2', '--provider', provider])
  expect(made).toMatchObject({ exit: 0, err: '' })
  expect(await readFile(join(place.directory, 'My Lab 2', 'forge.yaml'), 'utf8')).toContain('stack: my-lab-2\n')
  expect(await readFile(join(place.directory, 'My Lab 2', '.gitignore'), 'utf8')).toBe('.forge/\n')
  expect((await place.forge(['-C', 'My Lab 2', 'validate'], { env })).out).toBe('The configuration of my-lab-2 is valid.\n')
  expect((await place.forge(['-C', 'My Lab 2', 'fmt', '--check', '--diff'])).out).toBe('')
})

test('the starter for hyperkit can be planned as it stands', async () => {
  await using place = await makePlace(null)
  await place.forge(['init'])
  expect((await place.forge(['plan'])).out).toContain('Plan: 3 to add')
})

describe.skipIf(!hasVcsim())('the starter for vsphere, on a simulated vCenter', () => {
  test('tells the thumbprint when its login is checked, and can be planned with the names that there are', async () => {
    await using place = await makePlace(null)
    await using vcsim = await startVcsim(['-vm', '1'])
    const around = {
      env: {
        ...env,
        FORGE_VAR_server: `127.0.0.1:${String(vcsim.port)}`,
        FORGE_VAR_cluster: 'DC0_C0',
        FORGE_VAR_datastore: 'LocalDS_0',
        FORGE_VAR_template: 'DC0_H0_VM0',
      },
    }
    await place.forge(['init', '--provider', 'vsphere'])
    const { exit, err } = await place.forge(['init', '--check'], around)
    expect(exit).toBe(1)
    const thumbprint = /(?:[0-9A-F]{2}:){31}[0-9A-F]{2}/.exec(err)?.[0] ?? 'none'
    const text = await readFile(join(place.directory, 'forge.yaml'), 'utf8')
    await place.write('forge.yaml', text.replace('# thumbprint: sha256:...', `thumbprint: sha256:${thumbprint}`))
    expect((await place.forge(['init', '--check'], around)).out).toContain('The provider vcenter (vsphere) answers: ')
    const { out } = await place.forge(['plan'], around)
    expect(out).toContain('Plan: 2 to add, 0 to change, 0 to destroy.')
    expect(out).not.toContain('ERROR')
  })

  test('says all names of a plan that lead nowhere, with those that there are', async () => {
    await using place = await makePlace(null)
    await using vcsim = await startVcsim(['-vm', '1'])
    await place.forge(['init', '--provider', 'vsphere'])
    const text = await readFile(join(place.directory, 'forge.yaml'), 'utf8')
    await place.write('forge.yaml', text.replace('# thumbprint: sha256:...', 'insecure: true'))
    const { out } = await place.forge(['plan'], { env: { ...env, FORGE_VAR_server: `127.0.0.1:${String(vcsim.port)}` } })
    expect(out.match(/FORGE5301/g)).toHaveLength(3)
  })
})

test('init overwrites nothing', async () => {
  await using place = await makePlace()
  const before = await readFile(join(place.directory, 'forge.yaml'), 'utf8')
  const { exit, err } = await place.forge(['init'])
  expect(exit).toBe(1)
  expect(err).toContain('FORGE6030')
  expect(await readFile(join(place.directory, 'forge.yaml'), 'utf8')).toBe(before)
})

test('what git ignores already stays, and the state is added once', async () => {
  await using place = await makePlace(null)
  await place.write('.gitignore', 'node_modules')
  await place.forge(['init'])
  expect(await readFile(join(place.directory, '.gitignore'), 'utf8')).toBe('node_modules\n.forge/\n')
  await place.write('.gitignore', '# ours\n/.forge\n')
  await place.forge(['init', 'sub'])
  expect(await readFile(join(place.directory, '.gitignore'), 'utf8')).toBe('# ours\n/.forge\n')
})

test('--check opens the providers of the configuration that stands, and says what answers', async () => {
  await using place = await makePlace()
  const { exit, out } = await place.forge(['init', '--check'])
  expect(exit).toBe(0)
  expect(out).toContain('The provider here (./files-provider.mjs) answers: ')
  expect(out).toContain('files/note')
})

test('--check writes nothing where no configuration stands', async () => {
  await using place = await makePlace(null)
  const before = await readdir(place.directory)
  for (const argv of [
    ['init', '--check'],
    ['init', 'lab', '--check'],
  ])
    expect(await place.forge(argv)).toMatchObject({ exit: 1, out: '' })
  expect((await place.forge(['init', '--check'])).err).toContain('FORGE6001')
  expect(await readdir(place.directory)).toEqual(before)
})

test('--check fails where a provider does not answer', async () => {
  await using place = await makePlace()
  await place.write('world', 'a file where the provider wants a folder')
  const { exit, err } = await place.forge(['init', '--check'])
  expect(exit).toBe(1)
  expect(err).toContain('FORGE5001')
})

test('another provider is refused with those that there are', async () => {
  await using place = await makePlace(null)
  expect((await place.forge(['init', '--provider', 'cloud'])).err).toContain('hyperkit')
})

test('the name of a stack comes from the folder', () => {
  expect(['My Lab', '42', '1-web', 'a'.repeat(99), 'ÜBER'].map(stackNameFor)).toEqual(['my-lab', 'lab', 'web', 'a'.repeat(40), 'ber'])
})
