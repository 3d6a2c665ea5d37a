import { expect, test } from 'vitest'
import { makePlace, twoNotes } from './support/forge.ts'

const secretive = (inside: string): string => twoNotes.replace('text: "${var.word} ${member.ordinal}"', inside)

test.each([
  ['plan', 'text: hi, password: hunter2canary'],
  ['validate', 'text: hi, password: hunter2canary'],
  ['validate', 'text: hi, pasword: hunter2canary'],
  ['validate', 'txt: hi, password: hunter2canary'],
  ['validate', 'text: "${var.wrod}", password: hunter2canary'],
])('%s with "%s" never shows the secret in a snippet', async (command, inside) => {
  await using place = await makePlace(secretive(inside))
  const { exit, out, err } = await place.forge([command])
  expect(exit).toBe(1)
  expect(err).toContain('forge.yaml:9:')
  expect(out + err).not.toContain('hunter2')
  const json = await place.forge(['validate', '--json'])
  expect(json.exit).toBe(1)
  expect(json.out).toContain('"snippet"')
  expect(json.out + json.err).not.toContain('hunter2')
})

const plugged = (plugin: string): string =>
  twoNotes.replace('{ plugin: ./files-provider.mjs }', `{ plugin: ${plugin}, pin: hunter2canary }`)

test.each([
  ['./nowhere.mjs', 'FORGE6004'],
  ['nobody/nothing', 'FORGE6004'],
  ['./empty.mjs', 'FORGE6005'],
  ['hyperkid', 'FORGE2007'],
])('the plugin %s that cannot be used is reported at its place', async (plugin, code) => {
  await using place = await makePlace(plugged(plugin))
  await place.write('empty.mjs', '')
  const { exit, out, err } = await place.forge(['plan'])
  expect(exit).toBe(1)
  expect(err).toContain(code)
  expect(err).toContain('forge.yaml:5:19')
  expect(err).toContain('^'.repeat(plugin.length))
  expect(out + err).not.toContain('hunter2')
})

test('every plugin that cannot be loaded is reported at once', async () => {
  await using place = await makePlace(`${plugged('./nowhere.mjs')}flavors:\n  f: { plugin: ./nor-here.mjs }\n`)
  const { err } = await place.forge(['plan'])
  expect(err).toContain('forge.yaml:5:19')
  expect(err).toContain('forge.yaml:13:16')
})
