import type { ValueMap } from '@forgeplan/model'
import { late } from '@forgeplan/model'
import { describe, expect, test } from 'vitest'
import { parse as parseYaml } from 'yaml'
import type { Wants } from '../src/index.ts'
import { jsonSchema, parse, referenceMarkdown, wants, wantsOfSettings } from '../src/index.ts'
import { catalog } from './catalog.ts'
import { fits } from './fits.ts'
import type { Outside } from './reading.ts'
import { desiredOf, problemsOf, read } from './reading.ts'

const stack = (settings: string): string => `stack: s\nproviders:\n  p: { plugin: elder, ${settings} }\n`
const settingsOf = (settings: string, outside: Outside): ValueMap => desiredOf(stack(settings), outside).providers[0]?.settings ?? {}
const secret = (name: string): ValueMap[string] => late({ kind: 'secret', source: `env:${name}`, digest: `digest of env:${name}` })

describe('a setting that the configuration does not give', () => {
  test('is taken from the first variable that is set and not empty', () => {
    expect(settingsOf('grace: 1s', { env: { ELDER_DC: 'a', OLD_DC: 'b' } })['datacenter']).toBe('a')
    expect(settingsOf('grace: 1s', { env: { ELDER_DC: '', OLD_DC: 'b' } })['datacenter']).toBe('b')
    expect(settingsOf('grace: 1s', { env: { ELDER_DC: '' } })).not.toHaveProperty('datacenter')
  })
  test.each([
    ['true', true],
    ['1', true],
    ['false', false],
    ['0', false],
  ])('is a boolean of %s', (text, value) => expect(settingsOf('grace: 1s', { env: { ELDER_INSECURE: text } })['insecure']).toBe(value))
  test('comes before the default, and may be one that is needed', () =>
    expect(settingsOf('', { env: { ELDER_RETRIES: '7', ELDER_GRACE: '2m' } })).toEqual({ retries: 7, grace: 120_000 }))
  test('is not read as an expression', () => expect(settingsOf('grace: 1s', { env: { ELDER_DC: '${x}' } })['datacenter']).toBe('${x}'))
  test('is the same as one that stands there', () => {
    const outside: Outside = { env: { ELDER_DC: 'a', ELDER_INSECURE: '1' }, secrets: ['env:OLD_PASS'] }
    expect(desiredOf(stack('grace: 1s'), outside)).toEqual(
      desiredOf(stack('grace: 1s, datacenter: a, insecure: true, password: env:OLD_PASS'), { secrets: ['env:OLD_PASS'] }),
    )
  })
})

describe('a setting that the configuration gives', () => {
  test('wins over the environment', () => {
    const outside: Outside = { env: { ELDER_DC: 'a', ELDER_RETRIES: 'x' }, secrets: ['env:ELDER_PASS', 'env:MINE'] }
    const settings = settingsOf('grace: 1s, datacenter: b, retries: 0, password: env:MINE', outside)
    expect(settings).toEqual({ grace: 1000, datacenter: 'b', retries: 0, password: secret('MINE') })
  })
  test('wins under an old spelling too', () =>
    expect(settingsOf('grace: 1s, DATACENTER: b', { env: { ELDER_DC: 'a' } })['datacenter']).toBe('b'))
  test('wins over one that stands in its place', () => {
    const outside: Outside = { secrets: ['env:ELDER_URL'] }
    expect(settingsOf('grace: 1s', outside)).toHaveProperty('connection')
    expect(settingsOf('grace: 1s, url: u', outside)).not.toHaveProperty('connection')
    expect(settingsOf('grace: 1s, vcenter: u', outside)).not.toHaveProperty('connection')
  })
})

describe('a secret', () => {
  test('is named and not held, and needed again for a saved plan', () => {
    const desired = desiredOf(stack('grace: 1s'), { secrets: ['env:ELDER_PASS', 'env:OLD_PASS'] })
    expect(desired.providers[0]?.settings['password']).toEqual(secret('ELDER_PASS'))
    expect(desired.requires).toEqual([{ source: 'env:ELDER_PASS', digest: 'digest of env:ELDER_PASS' }])
  })
  test('that is empty is passed over', () => {
    const both: Outside = { secrets: ['env:ELDER_PASS', 'env:OLD_PASS'], empty: ['env:ELDER_PASS'] }
    expect(settingsOf('grace: 1s', both)['password']).toEqual(secret('OLD_PASS'))
    expect(settingsOf('grace: 1s', { ...both, secrets: ['env:ELDER_PASS'] })).not.toHaveProperty('password')
  })
})

describe('a value that does not fit', () => {
  test.each<[Record<string, string>, string]>([
    [
      { ELDER_INSECURE: 'canary' },
      'providers.p.insecure takes true or false, but the environment variable ELDER_INSECURE holds something else.',
    ],
    [{ ELDER_RETRIES: '-1' }, 'providers.p.retries takes a whole number, at least 0, but the environment variable ELDER_RETRIES'],
    [{ OLD_DC: 'x'.repeat(21) }, 'the environment variable OLD_DC holds something else. Correct it, unset it, or write datacenter'],
  ])('%j is told at the block, with the variable and without the value', (env, says) => {
    const problems = problemsOf(stack('grace: 1s'), { env })
    expect(problems).toEqual([expect.stringContaining('FORGE2036 3:3 ')])
    expect(problems[0]).toContain(says)
    expect(problems[0]).not.toContain('canary')
  })
  test('is told in the file of the block', () => {
    const files = { 'a.yaml': 'stack: s', 'b.yaml': stack('grace: 1s').replace('stack: s\n', '') }
    const result = read(files, { env: { ELDER_INSECURE: 'x' } })
    expect(result.ok ? [] : result.problems.map(({ code, span }) => [code, span?.file])).toEqual([['FORGE2036', 'b.yaml']])
  })
})

describe('wanted from outside', () => {
  const wanted = (text: string): Wants | undefined => {
    const document = parse([{ file: 'forge.yaml', text }])
    return document.ok ? wantsOfSettings(wants(document.value), document.value, catalog) : undefined
  }
  test('are the variables of settings that are left out, and the sources of secrets among them', () => {
    expect(wanted(stack('grace: "${env.G}", VCenter: u, insecure: true, password: file:p'))).toMatchObject({
      environment: ['ELDER_DC', 'ELDER_RETRIES', 'G', 'OLD_DC'],
      secrets: ['file:p'],
    })
    expect(wanted(stack(''))?.secrets).toEqual(['env:ELDER_PASS', 'env:ELDER_URL', 'env:OLD_PASS', 'env:OLD_URL'])
  })
  test('is nothing more where no setting has a variable', () => {
    const text = 'stack: s\nproviders: { p: { plugin: sim, endpoint: e }, q: { plugin: nobody }, r: 1 }'
    expect(wanted(text)).toMatchObject({ environment: [], secrets: [] })
  })
})

test('the JSON Schema takes a block whose needed setting the environment may give', () =>
  expect(fits(jsonSchema(catalog), parseYaml(stack('url: u')))).toBe(true))

test('the reference names the variables', () => {
  const text = referenceMarkdown(catalog)
  expect(text).toContain('Without it the first of `ELDER_DC`, `OLD_DC` that is set. |')
  expect(text).toContain('Without it the first of `ELDER_URL`, `OLD_URL` that is set, unless `url` is given. |')
})
