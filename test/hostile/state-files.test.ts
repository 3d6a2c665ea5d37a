import { execFileSync } from 'node:child_process'
import { chmod, copyFile, mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { startProcess, bin } from '../e2e/support/command.ts'
import type { Place } from '../e2e/support/place.ts'
import { makeSite } from '../e2e/support/place.ts'
import { bounded, expectRefused } from './support/bounded.ts'

// Which damage the store tells from which is tested in packages/store/test/refusals.test.ts; here the commands stand
// before it, and the file has to be afterwards what it was before.

const site = await makeSite()
const config = (size: number, stack = 'lab'): string =>
  `stack: ${stack}\nproviders:\n  local: { plugin: hyperkit, driver: stub, root: machines }\ngroups:\n  web: { size: ${String(size)}, instance: { provider: local } }\n`
const stateOf = ({ directory }: Place): string => join(directory, '.forge', 'state.db')

let home: Place
let state: Buffer
let plan: string

beforeAll(async () => {
  home = await site(config(2))
  await home.done(['apply', '--auto-approve'])
  await home.write('forge.yaml', config(3))
  await home.done(['plan', '--out', 'good.plan'])
  state = await readFile(stateOf(home))
  plan = await readFile(join(home.directory, 'good.plan'), 'utf8')
}, 120_000)

const edited = (change: (bytes: Buffer) => void): Buffer => {
  const copy = Buffer.from(state)
  change(copy)
  return copy
}

const pageBytes = 4096
const damaged: readonly (readonly [string, () => Buffer | string, RegExp])[] = [
  ['text', () => 'hello '.repeat(1000), /--state/],
  ['a picture', () => Buffer.concat([Buffer.from([0x89, 0x50, 0x4e, 0x47]), Buffer.alloc(9000, 7)]), /--state/],
  ['a database of another program', () => edited((bytes) => bytes.fill(0, 68, 72)), /--state/],
  ['a newer schema', () => edited((bytes) => bytes.writeUInt32BE(9, 60)), /newer/],
  ['only the head', () => state.subarray(0, 100), /forge state recover/],
  ['half of it', () => state.subarray(0, Math.floor(state.length / 2)), /forge state recover/],
  ['all but the last page', () => state.subarray(0, state.length - pageBytes), /forge state recover/],
  ['its schema overwritten', () => edited((bytes) => bytes.fill(0xff, 100, 2000)), /forge state recover/],
  ['every page but the first overwritten', () => edited((bytes) => bytes.fill(0xa5, pageBytes)), /forge state recover/],
  ['of another stack', () => Buffer.from(state.toString('latin1').replaceAll('lab', 'bal'), 'latin1'), /stack/],
]

describe('a state that is none', () => {
  for (const [name, bytes, words] of damaged)
    it(`is refused by every command, which leave it as it was: ${name}`, async () => {
      const place = await site(config(3))
      await mkdir(join(place.directory, '.forge'), { mode: 0o700 })
      await writeFile(stateOf(place), bytes(), { mode: 0o600 })
      const before = await readFile(stateOf(place))
      for (const argv of [['state', 'list'], ['plan'], ['apply', '--auto-approve']]) {
        // The list takes the state of any stack.
        if (name === 'of another stack' && argv[0] === 'state') continue
        expectRefused(await bounded(place.directory, argv), words)
        expect((await readFile(stateOf(place))).equals(before), `forge ${argv.join(' ')} changed it`).toBe(true)
      }
      expect(await readdir(place.directory)).not.toContain('machines')
    })

  it('is an empty one when nothing was ever written to it', async () => {
    const place = await site(config(1))
    await mkdir(join(place.directory, '.forge'), { mode: 0o700 })
    await writeFile(stateOf(place), '')
    expectRefused(await bounded(place.directory, ['state', 'list']), /first apply makes one/)
    expect(await bounded(place.directory, ['plan'])).toMatchObject({ code: 0 })
    expect(await readFile(stateOf(place))).toHaveLength(0)
  })

  for (const [name, make] of [
    ['a folder', (path: string) => mkdir(path)],
    ['a pipe', (path: string) => void execFileSync('mkfifo', [path])],
  ] as const)
    it(`is refused by every command: ${name}`, async () => {
      const place = await site(config(1))
      await mkdir(join(place.directory, '.forge'), { mode: 0o700 })
      await make(stateOf(place))
      for (const argv of [['state', 'list'], ['plan'], ['apply', '--auto-approve']])
        expectRefused(await bounded(place.directory, argv), /--state/)
    })

  it('is refused when it may not be read', async () => {
    const place = await site(config(1))
    const folder = join(place.directory, '.forge')
    await mkdir(folder)
    await copyFile(stateOf(home), stateOf(place))
    await chmod(stateOf(place), 0o000)
    const root = process.getuid?.() === 0
    for (const part of [join(place.directory, '..'), place.directory, folder]) await chmod(part, 0o755)
    for (const argv of [['state', 'list'], ['plan']]) {
      const other = root ? { uid: 65_534 } : {}
      const ran = await startProcess([process.execPath, bin, ...argv], { directory: place.directory, env: { HOME: '/tmp' }, ...other })
        .ended
      expectRefused(ran, /permissions/)
    }
  })
})

const changed = (change: (data: Envelope) => unknown): string => JSON.stringify(change(JSON.parse(plan) as Envelope))
interface Envelope {
  readonly format: string
  readonly plan: Readonly<Record<string, unknown>>
}
const deep = (levels: number): string => `${'['.repeat(levels)}${']'.repeat(levels)}`

const plans: readonly (readonly [string, () => string | Buffer, RegExp])[] = [
  ['nothing', () => '', /forge plan --out/],
  ['a part', () => plan.slice(0, plan.length / 2), /forge plan --out/],
  ['edited', () => plan.replace('"size":3', '"size":9'), /[Mm]ake a new plan/],
  ['with a field more', () => changed((data) => ({ ...data, plan: { ...data.plan, more: 1 } })), /[Mm]ake a new plan/],
  ['of another layout', () => changed((data) => ({ ...data, format: 'forge.plan-file/v9' })), /[Mm]ake a new plan/],
  ['of another major version', () => changed((data) => ({ ...data, plan: { ...data.plan, tool: 99 } })), /[Mm]ake a new plan/],
  ['bytes', () => Buffer.from([0, 159, 146, 150, 255]), /UTF-8/],
  ['with a prototype', () => plan.replace('"plan":{', '"plan":{"__proto__":{"a":1},'), /forge plan --out/],
  ['50 MB', () => Buffer.alloc(50 * 2 ** 20, ' '), /forge plan --out/],
  ['50 MB of a text', () => `{"format":"forge.plan-file/v1","forge":"${'x'.repeat(50 * 2 ** 20)}","plan":{}}`, /[Mm]ake a new plan/],
  ['5,000 lists inside of each other', () => deep(5_000), /forge plan --out/],
  ['200,000 lists inside of each other', () => deep(200_000), /forge plan --out/],
  ['with a deep value', () => plan.replace('"inputs":{', `"inputs":{"deep":${deep(5_000)},`), /[Mm]ake a new plan/],
  ['with a very deep value', () => plan.replace('"inputs":{', `"inputs":{"deep":${deep(200_000)},`), /[Mm]ake a new plan|forge plan --out/],
]

describe('a plan file that is none', () => {
  for (const [name, bytes, words] of plans)
    it(`is refused, and neither it nor the state changes: ${name}`, async () => {
      const file = join(home.directory, 'odd.plan')
      await writeFile(file, bytes())
      const before = await readFile(file)
      expectRefused(await bounded(home.directory, ['show', 'odd.plan']), words)
      expectRefused(await bounded(home.directory, ['apply', '--auto-approve', 'odd.plan']), words)
      expect((await readFile(file)).equals(before)).toBe(true)
      expect((await readFile(stateOf(home))).equals(state), 'the state is as it was').toBe(true)
    })

  it('is refused in the folder of another stack, which stays as it was', async () => {
    const place = await site(config(1, 'other'))
    await place.write('good.plan', plan)
    const before = await readdir(place.directory)
    expectRefused(await bounded(place.directory, ['apply', '--auto-approve', 'good.plan']), /[Mm]ake a new plan/)
    expect(await readdir(place.directory)).toEqual(before)
  })
})
