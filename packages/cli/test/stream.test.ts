import { expect, test } from 'vitest'
import { makePlace, twoNotes } from './support/forge.ts'

interface Line {
  readonly type?: string
  readonly format?: string
  readonly '@level'?: string
  readonly diagnostic?: { readonly code: string; readonly range?: { readonly start: { readonly line: number } } }
}

const lines = (out: string): readonly Line[] =>
  out
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Line)

test('plan --json is a stream that ends with the plan', async () => {
  await using place = await makePlace()
  const { exit, out, err } = await place.forge(['plan', '--json', '--detailed-exitcode'])
  expect(exit).toBe(2)
  expect(err).toBe('')
  expect(lines(out).map(({ type, format }) => type ?? format)).toEqual(['version', 'forge.plan/v1'])
})

test('apply --json streams one event per line from the version to the summary, and people read standard error', async () => {
  await using place = await makePlace()
  const { out, err } = await place.forge(['apply', '--auto-approve', '--json'])
  const types = lines(out).map(({ type }) => type)
  expect(types[0]).toBe('version')
  expect(types).toContain('apply_complete')
  expect(types.at(-1)).toBe('change_summary')
  expect(err).toContain('Plan: 2 to add')
})

test.each([['plan'], ['apply', '--auto-approve'], ['destroy', '--auto-approve']])(
  'a broken configuration is told as events by %s --json',
  async (...argv) => {
    await using place = await makePlace(twoNotes.replace('size: 2', 'size: many\n    siez: 3'))
    const { exit, out, err } = await place.forge([...argv, '--json'])
    expect(exit).toBe(1)
    expect(err).toBe('')
    const [first, ...rest] = lines(out)
    expect(first?.type).toBe('version')
    expect(rest.map(({ type }) => type)).toEqual(['diagnostic', 'diagnostic'])
    expect(rest.map(({ diagnostic }) => diagnostic?.range?.start.line)).toEqual([8, 9])
  },
)

test('a refusal is an event, and the exit code stays', async () => {
  await using place = await makePlace()
  await place.forge(['apply', '--auto-approve'])
  await place.write('forge.yaml', twoNotes.replace('size: 2', 'size: 0'))
  const { exit, out } = await place.forge(['apply', '--auto-approve', '--json'])
  expect(exit).toBe(6)
  expect(lines(out).map(({ type }) => type)).toEqual(['version', 'diagnostic'])
  expect(lines(out)[1]).toMatchObject({ '@level': 'error', diagnostic: { code: 'FORGE6015' } })
})

test('validate --json stays one document', async () => {
  await using place = await makePlace()
  const { out } = await place.forge(['validate', '--json'])
  expect(JSON.parse(out)).toMatchObject({ valid: true, diagnostics: [] })
})
