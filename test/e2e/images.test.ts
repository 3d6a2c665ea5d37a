import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { hasGuestSystem, hasPacker } from '../require.ts'
import { patience } from '../scale.ts'
import { freePorts, root } from './support/command.ts'
import type { Place } from './support/place.ts'
import { makeSite } from './support/place.ts'

const newPlace = await makeSite()

const shelf = ({ machines }: Place): readonly string[] =>
  existsSync(join(machines, '.images')) ? readdirSync(join(machines, '.images')).filter((name) => !name.endsWith('.json')) : []

describe('an image that is there already', () => {
  const config = `stack: lab
providers:
  here: { plugin: hyperkit, root: machines }
images:
  os: { plugin: linuxkit, source: os.iso, push: { provider: here } }
groups:
  web: { size: 2, instance: { provider: here, iso: "\${images.os}" } }
`
  const nothing = async (place: Place): Promise<void> =>
    expect(await place.forge(['plan', '--detailed-exitcode'])).toMatchObject({ code: 0, err: '' })

  test('is pushed once, rolled out version by version, kept for a while and then removed', async () => {
    const place = await newPlace(config, { 'os.iso': 'one' })
    await place.done(['apply', '--auto-approve'])
    await nothing(place)
    const [first] = shelf(place)
    expect(readFileSync(join(place.machines, '.images', first ?? ''), 'utf8')).toBe('one')

    await place.write('os.iso', 'two')
    const plan = await place.done(['plan'])
    expect(plan).toMatch(/image\.os +1 -> 2 +\+1 +new version: @7692c3ad3540 -> @3fc4ccfe7458/)
    expect(plan).toMatch(/madeOf: +1 line added, 1 line removed\s+- image: \(sha256 7692c3ad3540\)\s+\+ image: \(sha256 3fc4ccfe7458\)/)
    expect(plan).toContain('group.web  2 restarted in 2 waves of 1')
    await place.done(['apply', '--auto-approve'])
    await nothing(place)
    expect(shelf(place)).toHaveLength(2)

    await place.write('os.iso', 'three')
    await place.done(['apply', '--auto-approve'])
    await nothing(place)
    expect(shelf(place)).toHaveLength(2)
    expect(shelf(place)).not.toContain(first)

    await place.done(['destroy', '--auto-approve'])
    expect(shelf(place)).toEqual([])
  })

  test('that changes between plan and apply is refused, and nothing was touched', async () => {
    const place = await newPlace(config, { 'os.iso': 'one' })
    await place.done(['plan', '--out', 'a.forgeplan'])
    await place.write('os.iso', 'two')
    const { code, err, out } = await place.forge(['apply', 'a.forgeplan'])
    expect(code).toBe(5)
    expect(err.replaceAll(/\s+│?\s*/g, ' ')).toContain('the source of image.os@7692c3ad3540 changed. Nothing was done. Plan again')
    expect(out).toBe('')
    expect([shelf(place), place.world().homes]).toEqual([[], []])
  })

  test('whose source is gone is not made again by a plan that goes back, and that is told before anything is done', async () => {
    const place = await newPlace(config.replace('source: os.iso', 'source: os.iso, keep: 1'), { 'os.iso': 'one' })
    await place.done(['apply', '--auto-approve'])
    await place.write('os.iso', 'two')
    await place.done(['apply', '--auto-approve'])
    await place.write('os.iso', 'three')
    await place.done(['apply', '--auto-approve'])
    const plan = (await place.done(['plan', '--revision', '1'])).replaceAll(/\s+/g, ' ')
    expect(plan).toContain('An image cannot be made here (FORGE5020)')
    expect(plan).toContain('its source is not what it was made of then: the source of image.os@7692c3ad3540 changed. Put the source back')
    await place.write('os.iso', 'one')
    expect(await place.done(['plan', '--revision', '1'])).not.toContain('FORGE5020')
  })

  test('that cannot be read is told at its block, before anything is done', async () => {
    const place = await newPlace(config)
    const { code, err } = await place.forge(['plan'])
    expect(code).toBe(1)
    expect(err).toContain('forge.yaml:5:3')
    expect(err.replaceAll(/\s+│?\s*/g, ' ')).toContain('os.iso cannot be read (ENOENT). Correct the path, or make the file.')
  })

  test('that was cut or lost where it was pushed is pushed again', async () => {
    const place = await newPlace(config, { 'os.iso': 'one' })
    await place.done(['apply', '--auto-approve'])
    const path = join(place.machines, '.images', shelf(place)[0] ?? '')
    writeFileSync(path, 'o')
    await place.done(['apply', '--auto-approve', '--accept-vanished', '1'])
    expect(readFileSync(path, 'utf8')).toBe('one')
    await nothing(place)
    await place.done(['apply', '--auto-approve'])
  })

  test('whose older version was cut or lost is forgotten with its note, and the next plan is empty', async () => {
    const place = await newPlace(config, { 'os.iso': 'one' })
    const images = join(place.machines, '.images')
    for (const [at, spoil] of [(path: string) => rmSync(path), (path: string) => writeFileSync(path, 'o')].entries()) {
      await place.done(['apply', '--auto-approve'])
      const older = new Set(shelf(place))
      writeFileSync(join(place.directory, 'os.iso'), `the next ${at}`)
      await place.done(['apply', '--auto-approve'])
      for (const name of older) spoil(join(images, name))
      await place.done(['apply', '--auto-approve', '--accept-vanished', '1'])
      await nothing(place)
      expect(readdirSync(images)).toHaveLength(2)
    }
    await place.done(['destroy', '--auto-approve'])
    expect(readdirSync(images)).toEqual([])
  })

  test('whose source is gone is taken down all the same, by plan and by destroy', async () => {
    const place = await newPlace(config, { 'os.iso': 'one' })
    await place.done(['apply', '--auto-approve'])
    rmSync(join(place.directory, 'os.iso'))
    expect((await place.forge(['plan'])).code).toBe(1)
    const planned = await place.forge(['plan', '--destroy', '--out', 'end.plan'])
    expect([planned.code, planned.err]).toEqual([0, expect.stringContaining('A destroy makes no image')])
    expect(planned.out).toContain('Plan: 0 to add, 0 to change, 3 to destroy.')
    await place.done(['apply', 'end.plan', '--auto-approve'])
    expect([shelf(place), await place.rows()]).toEqual([[], []])
    await place.done(['destroy', '--auto-approve'])
  })

  test('that was cut is gone with its note after a destroy', async () => {
    const place = await newPlace(config, { 'os.iso': 'one' })
    await place.done(['apply', '--auto-approve'])
    const images = join(place.machines, '.images')
    writeFileSync(join(images, shelf(place)[0] ?? ''), 'o')
    await place.done(['destroy', '--auto-approve'])
    expect(readdirSync(images)).toEqual([])
  })
})

// A system that runs what forge put on the second CD-ROM, since it was itself started from the first.
const example = join(root, 'examples', 'local-vms')
const withSystem = (place: Place, name: string): void => {
  const work = join(place.directory, name)
  mkdirSync(join(work, '.cache'), { recursive: true })
  symlinkSync(join(example, '.cache', 'kernel'), join(work, '.cache', 'kernel'))
  cpSync(join(example, 'prepare.mjs'), join(work, 'prepare.mjs'))
  const init = readFileSync(join(example, 'init.sh'), 'utf8').replace('/dev/sr0 /mnt', '/dev/sr1 /mnt')
  writeFileSync(join(work, 'init.sh'), init.replace('#!/bin/busybox sh\n', `#!/bin/busybox sh\nIMAGE=${name}; export IMAGE\n`))
  const prepared = spawnSync(process.execPath, ['prepare.mjs'], { cwd: work, encoding: 'utf8' })
  expect({ code: prepared.status, err: prepared.stderr }).toEqual({ code: 0, err: '' })
}

describe.skipIf(!hasGuestSystem() || !hasPacker())('an image that is packed from a kernel and an initial root file system', () => {
  const config = (system: string, port: number): string => `stack: hosts
providers:
  local: { plugin: hyperkit, driver: qemu, root: machines }
images:
  host: { plugin: linuxkit, kernel: ${system}/.cache/vmlinuz, initrd: ${system}/.cache/initrd.gz, push: { provider: local } }
flavors:
  host:
    plugin: vanilla
    init: |
      [ "$(head -c 4 /dev/vda)" = kept ] || printf 'kept by %s' "$IMAGE" > /dev/vda
      mkdir -p /www
      echo "$FORGE_MEMBER from $IMAGE: $(head -c 11 /dev/vda)" > /www/index.html
      httpd -p "$PORT" -h /www
    health: { http: { path: / } }
instances:
  host:
    instance:
      provider: local
      memory: 192MiB
      iso: "\${images.host}"
      port: ${port}
      guestPort: 80
      disks: [{ name: data, size: 64MiB }]
    flavor: host
    healthTimeout: 4m
`

  test(
    'boots, reads its user data, and keeps its disk when another image takes its place',
    async () => {
      const place = await newPlace('')
      const port = await freePorts(1)
      const page = async (): Promise<string> => (await fetch(`http://127.0.0.1:${port}/`)).text()
      for (const name of ['one', 'two']) withSystem(place, name)
      await place.write('forge.yaml', config('one', port))
      await place.done(['apply', '--auto-approve'])
      expect(await page()).toBe('hosts-host from one: kept by one\n')
      await place.write('forge.yaml', config('two', port))
      await place.done(['apply', '--auto-approve'])
      expect(await page()).toBe('hosts-host from two: kept by one\n')
      expect((await place.forge(['plan', '--detailed-exitcode'])).code).toBe(0)
      await place.done(['destroy', '--auto-approve'])
      expect(shelf(place)).toEqual([])
    },
    2 * patience,
  )
})
