import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { Place } from './support/place.ts'
import { makeSite } from './support/place.ts'

const newPlace = await makeSite()

const config = `stack: lab
providers:
  here: { plugin: hyperkit, root: machines }
images:
  os: { plugin: linuxkit, source: os.iso, keep: 3, push: { provider: here } }
  other: { plugin: linuxkit, source: other.iso, push: { provider: here } }
groups:
  web: { size: 2, instance: { provider: here, iso: "\${images.os}" } }
`
const sources = { 'os.iso': 'one', 'other.iso': 'other' }

const shelf = ({ machines }: Place): readonly string[] =>
  existsSync(join(machines, '.images')) ? readdirSync(join(machines, '.images')).filter((name) => !name.endsWith('.json')) : []
const contents = (place: Place): readonly string[] =>
  shelf(place)
    .map((name) => readFileSync(join(place.machines, '.images', name), 'utf8'))
    .toSorted()

interface Listed {
  readonly name: string
  readonly versions: readonly { readonly version: string; readonly standing: string; readonly usedBy: readonly string[] }[]
}
const listed = async (place: Place): Promise<readonly Listed[]> =>
  JSON.parse(await place.done(['image', 'list', '--json'])) as readonly Listed[]

/** The image `os` in several contents, of which the machines boot the first. */
const withVersions = async (...texts: readonly string[]): Promise<Place> => {
  const place = await newPlace(config, sources)
  await place.done(['apply', '--auto-approve'])
  for (const text of texts) {
    await place.write('os.iso', text)
    await place.done(['image', 'push', 'os', '--auto-approve'])
  }
  return place
}

describe('forge image list', () => {
  test('says what is wanted, what is pushed and who boots from it, before the first apply and after', async () => {
    const place = await newPlace(config, sources)
    expect(await place.done(['image', 'list'])).toMatch(/^image\.os +pushed to here, keeps 3 versions\n +7692c3ad3540 +not pushed yet\n/)
    await place.done(['apply', '--auto-approve'])
    await place.write('os.iso', 'two')
    expect(
      (await listed(place)).map(({ name, versions }) => [name, ...versions.map(({ standing, usedBy }) => [standing, ...usedBy])]),
    ).toEqual([
      ['image.os', ['unpushed'], ['older', 'group.web/1', 'group.web/2']],
      ['image.other', ['wanted']],
    ])
  })

  test('tells of a version whose push was cut off', async () => {
    const place = await newPlace(config, sources)
    const inTheWay = join(place.machines, '.images', 'os-7692c3ad3540.iso')
    mkdirSync(inTheWay, { recursive: true })
    expect((await place.forge(['image', 'push', 'os', '--auto-approve'])).code).not.toBe(0)
    expect((await listed(place))[0]?.versions).toEqual([
      expect.objectContaining({ version: '7692c3ad3540', standing: 'unfinished', usedBy: [] }),
    ])
    rmSync(inTheWay, { recursive: true })
    await place.done(['image', 'push', 'os', '--auto-approve'])
    expect((await listed(place))[0]?.versions).toEqual([expect.objectContaining({ standing: 'wanted' })])
  })
})

describe('forge image build', () => {
  test('makes the files here and touches neither the world nor a state', async () => {
    const place = await newPlace(config, sources)
    expect(await place.done(['image', 'build', 'os', '--out', 'build/isos'])).toBe(
      `image.os@7692c3ad3540\n  ${join(place.directory, 'build/isos/os-7692c3ad3540.iso')}\n`,
    )
    expect(readdirSync(join(place.directory, 'build/isos'))).toEqual(['os-7692c3ad3540.iso'])
    expect(readFileSync(join(place.directory, 'build/isos/os-7692c3ad3540.iso'), 'utf8')).toBe('one')
    expect([existsSync(place.machines), existsSync(join(place.directory, '.forge'))]).toEqual([false, false])
  })

  test('makes what is there already not again, and what was cut anew', async () => {
    const place = await newPlace(config, sources)
    const build = () => place.done(['image', 'build', 'image.os', '--out', '.'])
    await build()
    const path = join(place.directory, 'os-7692c3ad3540.iso')
    utimesSync(path, 1, 1)
    expect(await build()).toContain('(there already)')
    expect(statSync(path).mtimeMs).toBe(1000)
    writeFileSync(path, 'o')
    expect(await build()).not.toContain('(there already)')
    expect(readFileSync(path, 'utf8')).toBe('one')
  })

  test('without a folder names where the files are, of every image', async () => {
    const place = await newPlace(config, sources)
    const out = await place.done(['image', 'build'])
    for (const file of ['os.iso', 'other.iso']) expect(out).toContain(`  ${join(place.directory, file)}\n`)
  })

  test('of an image that is none says which there are', async () => {
    const place = await newPlace(config, sources)
    const { code, err } = await place.forge(['image', 'build', 'oss'])
    expect(code).toBe(1)
    expect(err).toContain('Did you mean os?')
  })

  test('that cannot write says so, and leaves nothing', async () => {
    const place = await newPlace(config, { ...sources, file: '' })
    // In the second one no folder can be made, and nobody says that one is there.
    for (const folder of ['file', '/proc/forge/images']) {
      const { code, err } = await place.forge(['image', 'build', 'os', '--out', folder])
      expect([code, err.includes('FORGE6002')]).toEqual([1, true])
    }
  })
})

describe('forge image push', () => {
  test('pushes the image and leaves the machines as they are; apply then only rolls', async () => {
    const place = await withVersions('two')
    expect(contents(place)).toEqual(['one', 'other', 'two'])
    const { code, out } = await place.forge(['plan', '--detailed-exitcode'])
    expect(code).toBe(2)
    expect(out).toContain('Plan: 0 to add, 2 to change, 0 to destroy.')
    expect(await place.done(['state', 'history'])).toContain('forge image push')
  })

  test('pushes all of them where none is named, and no machine', async () => {
    const place = await newPlace(config, sources)
    await place.done(['image', 'push', '--auto-approve'])
    expect([contents(place), place.world().homes]).toEqual([['one', 'other'], []])
  })

  test('asks first, and without anybody to ask does nothing', async () => {
    const place = await newPlace(config, sources)
    const { code, err } = await place.forge(['image', 'push', 'os'])
    expect([code, err.includes('FORGE6014'), shelf(place)]).toEqual([1, true, []])
  })

  test('can be saved, looked at and done later, and is refused when the source is another by then', async () => {
    const place = await newPlace(config, sources)
    await place.done(['image', 'push', 'os', '--out', 'push.forgeplan'])
    expect(shelf(place)).toEqual([])
    await place.done(['apply', 'push.forgeplan'])
    expect(contents(place)).toEqual(['one'])
    await place.write('os.iso', 'two')
    await place.done(['image', 'push', 'os', '--out', 'push.forgeplan'])
    await place.write('os.iso', 'three')
    expect((await place.forge(['apply', 'push.forgeplan'])).code).not.toBe(0)
    expect(contents(place)).toEqual(['one'])
  })

  test('prints events for programs', async () => {
    const place = await newPlace(config, sources)
    const out = await place.done(['image', 'push', 'os', '--auto-approve', '--json'])
    const types = out
      .trimEnd()
      .split('\n')
      .map((line) => (JSON.parse(line) as { readonly type: string }).type)
    expect([types[0], types.includes('apply_complete')]).toEqual(['version', true])
  })

  test('pushes nothing that the configuration does not have', async () => {
    const place = await newPlace(config, sources)
    expect((await place.forge(['image', 'push', 'nothing', '--auto-approve'])).err).toContain('FORGE6026')
    await place.write('forge.yaml', 'stack: lab\nproviders:\n  here: { plugin: hyperkit, root: machines }\n')
    expect((await place.forge(['image', 'push', '--auto-approve'])).err).toContain('FORGE6026')
  })
})

describe('forge image prune', () => {
  test('removes what is one too many, and never what a machine boots from', async () => {
    const place = await withVersions('two', 'three')
    expect(contents(place)).toEqual(['one', 'other', 'three', 'two'])
    expect(await place.done(['image', 'prune', '--auto-approve'])).toContain('No changes')
    const plan = await place.done(['image', 'prune', 'os', '--keep', '1', '--auto-approve'])
    expect(plan).toContain('Plan: 0 to add, 0 to change, 1 to destroy.')
    expect(contents(place)).toEqual(['one', 'other', 'three'])
    await place.done(['apply', '--auto-approve'])
    await place.done(['image', 'prune', '--keep', '1', '--auto-approve'])
    expect(contents(place)).toEqual(['other', 'three'])
    expect((await place.forge(['plan', '--detailed-exitcode'])).code).toBe(0)
    expect(await place.done(['state', 'history'])).toContain('forge image prune')
  })

  test('does not push the wanted version', async () => {
    const place = await withVersions('two')
    await place.write('os.iso', 'three')
    await place.done(['image', 'prune', '--keep', '1', '--auto-approve'])
    expect(contents(place)).toEqual(['one', 'other'])
  })

  test('asks first, and can be saved', async () => {
    const place = await withVersions('two', 'three')
    expect((await place.forge(['image', 'prune', '--keep', '1'])).code).toBe(1)
    await place.done(['image', 'prune', '--keep', '1', '--out', 'prune.forgeplan'])
    expect(contents(place)).toHaveLength(4)
    await place.done(['apply', 'prune.forgeplan'])
    expect(contents(place)).toEqual(['one', 'other', 'three'])
  })

  test('that was saved is refused when the source holds what it would remove', async () => {
    const place = await withVersions('two', 'three')
    await place.done(['image', 'prune', '--keep', '1', '--out', 'prune.forgeplan'])
    await place.write('os.iso', 'two')
    const stale = await place.forge(['apply', 'prune.forgeplan'])
    expect([stale.code, stale.err]).toEqual([
      5,
      expect.stringMatching(/image\.os@\w+, which the plan removes, is[\s│]+what its source holds again/),
    ])
    expect(contents(place)).toEqual(['one', 'other', 'three', 'two'])
  })

  test('that is refused by the platform says how to go on with it', async () => {
    const place = await withVersions('two')
    await place.write('os.iso', 'three')
    // The note of another stack that nobody can read may need the same file.
    writeFileSync(join(place.machines, '.images', '00000000-0000-4000-8000-000000000000.json'), '{')
    const { code, out, err } = await place.forge(['image', 'prune', 'os', '--keep', '1', '--auto-approve'])
    expect(code).not.toBe(0)
    expect(`${out}${err}`).toContain('forge image prune os --keep 1')
    expect(contents(place)).toContain('two')
  })

  test('clears what was left over where images are made, and keeps what is wanted or still written', async () => {
    const place = await newPlace(config, sources)
    await place.done(['apply', '--auto-approve'])
    const cache = join(place.directory, '.forge', 'images')
    mkdirSync(join(cache, 'packing-old'), { recursive: true })
    mkdirSync(join(cache, 'packing-new'))
    const wanted = (JSON.parse(await place.done(['state', 'show', '--json', 'image.os@7692c3ad3540'])) as { inputs: { digest: string } })
      .inputs.digest
    for (const name of [`${wanted}.iso`, `${'0'.repeat(64)}.iso`, 'packing-old/image.part', 'other.txt'])
      writeFileSync(join(cache, name), 'some')
    utimesSync(join(cache, 'packing-old'), 1, 1)
    const { code, err } = await place.forge(['image', 'prune', '--auto-approve'])
    expect([code, err]).toEqual([0, `Removed 2 files (1 KiB) of other versions from ${cache}.\n`])
    expect(readdirSync(cache).toSorted()).toEqual([`${wanted}.iso`, 'other.txt', 'packing-new'].toSorted())
  })
})
