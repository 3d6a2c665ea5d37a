import { execFileSync } from 'node:child_process'
import { mkdir, rm, symlink, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { makeSite } from '../e2e/support/place.ts'
import { bounded, expectRefused } from './support/bounded.ts'

// What the parser makes of limits is tested in packages/config/test; here it is the command that a user meets.

const site = await makeSite()
const lines = (count: number, line: (i: number) => string): string => Array.from({ length: count }, (_, i) => line(i)).join('\n')
const head = 'stack: lab\nproviders:\n  local: { plugin: hyperkit, driver: stub, root: machines }\n'

const bomb = `${head}a0: &a0 [x, x, x, x, x, x, x, x, x]\n${lines(30, (i) => `a${i + 1}: &a${i + 1} [${Array(9).fill(`*a${i}`).join(', ')}]`)}\n`

const texts: readonly (readonly [string, string | Buffer, RegExp])[] = [
  ['an alias bomb', bomb, /alias/i],
  ['a map of 10,000 unknown keys', `${head}${lines(10_000, (i) => `k${i}: ${i}`)}\n`, /k0.*more/s],
  ['10,000 times the same key', `${head}groups:\n${lines(10_000, () => '  web: { size: 1 }')}\n`, /web.*first defined here/s],
  ['5,000 lists inside of each other', `${head}outputs: { deep: ${'['.repeat(5_000)}${']'.repeat(5_000)} }\n`, /deep|nest/i],
  ['5,000 maps inside of each other', `${head}outputs: { deep: ${'{ a: '.repeat(5_000)}1${' }'.repeat(5_000)} }\n`, /deep|nest/i],
  ['a key twice', `${head}stack: other\n`, /stack.*first defined here/s],
  ['bytes that are no UTF-8', Buffer.concat([Buffer.from(head), Buffer.from([0x61, 0xff, 0xfe, 0x0a])]), /not UTF-8/],
  ['UTF-16', Buffer.from(`\ufeff${head}`, 'utf16le'), /not UTF-8/],
  ['a NUL', `${head}outputs: { a: "x\0y" }\n`, /control|character|\\u\{0\}/i],
  ['an escape sequence in a key', `${head}"\\e[31mred\\e[0m": 1\n`, /u001b/],
  ['__proto__ at the top', `${head}__proto__: { polluted: true }\n`, /__proto__/],
  ['__proto__ in a group', `${head}groups:\n  __proto__: { size: 1 }\n`, /__proto__/],
  [
    'a size past 2^53',
    `${head}groups:\n  web: { size: 9007199254740993, instance: { provider: local } }\n`,
    /9007199254740993|number|size/,
  ],
  ['a size without end', `${head}groups:\n  web: { size: .inf, instance: { provider: local } }\n`, /size/],
  ['a size past every number', `${head}groups:\n  web: { size: ${'9'.repeat(400)}, instance: { provider: local } }\n`, /number|size/],
  ['a fleet that nobody has', `${head}groups:\n  web: { size: 999999999, instance: { provider: local } }\n`, /size|at most/],
  ['nothing at all', '', /stack/],
  ['a page of a web server', '<!DOCTYPE html>\n<html><body>404</body></html>\n', /map|YAML|stack/],
  ['50 MB', Buffer.alloc(50 * 2 ** 20, '# x\n'), /larger than 6 MiB/],
]

describe('a configuration that fights back', () => {
  for (const [name, text, words] of texts)
    it(`is refused with what to do: ${name}`, async () => {
      const place = await site('')
      await writeFile(join(place.directory, 'forge.yaml'), text)
      expectRefused(await bounded(place.directory, ['validate']), words)
    })

  it('has the same problems as JSON, and as the plan', async () => {
    const place = await site(bomb)
    const { code, out } = await bounded(place.directory, ['validate', '--json'])
    expect(code).toBe(1)
    expect(JSON.parse(out)).toMatchObject({ valid: false, diagnostics: [{ severity: 'error' }] })
    expectRefused(await bounded(place.directory, ['plan']), /alias/i)
    expectRefused(await bounded(place.directory, ['fmt']), /./)
  })
})

describe('a text from another system', () => {
  const good = `${head}groups:\n  web: { size: 2, instance: { provider: local } }\noutputs: { note: "a\\tb" }\n`
  const cases: readonly (readonly [string, string])[] = [
    ['with a byte order mark', `\ufeff${good}`],
    ['with carriage returns', good.replaceAll('\n', '\r\n')],
    ['with both', `\ufeff${good.replaceAll('\n', '\r\n')}`],
  ]
  for (const [name, text] of cases)
    it(`is a configuration like any other: ${name}`, async () => {
      const place = await site(text)
      expect(await bounded(place.directory, ['validate'])).toMatchObject({ code: 0, err: '' })
    })
})

interface Odd {
  readonly name: string
  readonly words: RegExp
  readonly make: (path: string) => unknown
}

const odd: readonly Odd[] = [
  { name: 'a folder', words: /folder|not a regular file/, make: (path) => mkdir(path) },
  { name: 'a pipe that nobody writes to', words: /not a regular file/, make: (path) => execFileSync('mkfifo', [path]) },
  { name: 'a device without end', words: /not a regular file/, make: (path) => symlink('/dev/zero', path) },
  { name: 'a link to itself', words: /symbolic links/, make: (path) => symlink(path, path) },
  { name: 'a link to nothing', words: /no such file/, make: (path) => symlink('nowhere', path) },
  { name: 'a link into the processes', words: /./, make: (path) => symlink('/proc/self/mem', path) },
]

describe('something else than a file', () => {
  for (const { name, words, make } of odd) {
    it(`is no configuration: ${name}`, async () => {
      const place = await site('')
      const path = join(place.directory, 'forge.yaml')
      await rm(path)
      await make(path)
      expectRefused(await bounded(place.directory, ['validate']), words)
    })

    it(`is no file of variables: ${name}`, async () => {
      const place = await site(head)
      await make(join(place.directory, 'vars.yaml'))
      expectRefused(await bounded(place.directory, ['plan', '--var-file', 'vars.yaml']), words)
    })

    it(`is no file that an expression reads: ${name}`, async () => {
      const place = await site(`${head}outputs: { text: "\${file('it')}" }\n`)
      await make(join(place.directory, 'it'))
      expectRefused(await bounded(place.directory, ['validate']), words)
    })
  }

  it('is no configuration: a socket', async () => {
    const place = await site('')
    const path = join(place.directory, 'forge.yaml')
    await rm(path)
    const server = createServer()
    await new Promise<void>((done) => server.listen(path, done))
    try {
      expectRefused(await bounded(place.directory, ['validate']), /not a regular file/)
    } finally {
      await new Promise((done) => server.close(done))
    }
  })
})
