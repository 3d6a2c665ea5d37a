import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { isPlanShape } from '../src/planfile/plan-shape.ts'
import { makePlace, twoNotes } from './support/forge.ts'

type Data = Record<string, unknown>

/** A plan whose members are replaced behind gates, by create-first and by delete-first. */
const rolling = async (): Promise<Data> => {
  const rolls = twoNotes
    .replace(
      '    size: 2\n',
      '    size: 4\n    update: { maxSurge: 2, canary: 1, healthyFor: 1s }\n    quorum: majority\n    healUnhealthy: {}\n',
    )
    .replace('outputs:', '  memo:\n    ids: [a, b]\n    instance: { provider: here, text: "${var.word}" }\noutputs:')
  await using place = await makePlace(rolls)
  await place.forge(['apply', '--auto-approve'])
  await place.forge(['plan', '--replace', 'group.note', '--replace', 'group.memo', '--max-destroy', '9', '--revision', '1', '--out', 'p'])
  return (JSON.parse(await readFile(join(place.directory, 'p'), 'utf8')) as { readonly plan: Data }).plan
}

const plan = await rolling()
const at = (data: unknown, path: readonly (string | number)[]): unknown =>
  path.reduce<unknown>((value, key) => (value as Readonly<Record<string | number, unknown>>)[key], data)

/** A copy with something else at a path; `undefined` takes it away. */
const withAt = (data: unknown, [key, ...rest]: readonly (string | number)[], value: unknown): unknown => {
  if (key === undefined) return value
  const copy = (Array.isArray(data) ? [...(data as readonly unknown[])] : { ...(data as object) }) as Record<string | number, unknown>
  const inner = withAt(copy[key], rest, value)
  if (inner === undefined) delete copy[key]
  else copy[key] = inner
  return copy
}

const indexOf = (list: string, fits: (item: Data) => boolean): number => (plan[list] as readonly Data[]).findIndex(fits)
const gate = indexOf('steps', (step) => (step['gate'] as Data | undefined)?.['alive'] != null)
const ask = indexOf('steps', (step) => (step['gate'] as Data | undefined)?.['ask'] === true)
const successor = indexOf('changes', ({ reason }) => (reason as Data | undefined)?.['kind'] === 'successor-of')
const unit = (plan['desired'] as { readonly units: readonly Data[] }).units.findIndex(({ name }) => name === 'group.note')
const ofUnit = ['desired', 'units', unit]

test('a plan with rolls, gates that ask and a revision is a plan', () => {
  expect([gate, ask, successor, unit].every((index) => index >= 0)).toBe(true)
  expect(plan['rolls']).toHaveLength(2)
  expect(plan).toMatchObject({
    revision: 1,
    desired: { units: expect.arrayContaining([expect.objectContaining({ heal: { checks: 3, intervalMs: 10_000 } })]) },
  })
  expect(isPlanShape(plan)).toBe(true)
})

const required: readonly (readonly (string | number)[])[] = [
  ['rolls'],
  ...['unit', 'order', 'size', 'alive', 'waves'].map((key) => ['rolls', 0, key]),
  ...['members', 'successors', 'gate', 'ask'].map((key) => ['rolls', 0, 'waves', 0, key]),
  ...['unit', 'members', 'failures', 'alive', 'pass', 'deadlineMs', 'ask'].map((key) => ['steps', gate, 'gate', key]),
  ...['need', 'without'].map((key) => ['steps', gate, 'gate', 'alive', key]),
  [...ofUnit, 'update'],
  [...ofUnit, 'heal'],
  ...['order', 'batch', 'maxUnavailable', 'maxSurge', 'canary', 'pass', 'timeoutMs', 'maxFailures', 'skipDrain'].map((key) => [
    ...ofUnit,
    'update',
    key,
  ]),
  [...ofUnit, 'heal', 'checks'],
  ['changes', successor, 'reason', 'address'],
]

test.each(required.map((path) => [path.join('.'), path] as const))('without %s it is none', (_, path) => {
  expect(at(plan, path)).toBeDefined()
  expect(isPlanShape(withAt(plan, path, undefined))).toBe(false)
})

const others: readonly (readonly [path: readonly (string | number)[], value: unknown])[] = [
  [['revision'], 0],
  [['rolls', 0, 'order'], 'both'],
  [['rolls', 0, 'size'], -1],
  [['rolls', 0, 'waves', 0, 'more'], 1],
  [['rolls', 0, 'waves', 0, 'members', 0], '../x'],
  [['steps', ask, 'gate', 'ask'], 'yes'],
  [['steps', gate, 'gate', 'failures'], -1],
  [['steps', gate, 'gate', 'alive', 'need'], 0.5],
  [['steps', gate, 'gate', 'pass'], { kind: 'never' }],
  [[...ofUnit, 'update', 'batch'], 0],
  [[...ofUnit, 'update', 'order'], 'any'],
  [[...ofUnit, 'update', 'hook'], 'rm -r /'],
  [[...ofUnit, 'heal', 'checks'], 0],
  [[...ofUnit, 'policy', 'quorum'], 'all'],
  [[...ofUnit, 'shape'], { kind: 'sized', size: 1e15 }],
  [[...ofUnit, 'shape'], { kind: 'ids', ids: ['../../etc'] }],
  [['changes', successor, 'reason', 'why'], { kind: 'successor-of', address: 'group.note/1' }],
]

test.each(others.map(([path, value]) => [path.join('.'), value, path] as const))('with %s as %j it is none', (_, value, path) => {
  expect(isPlanShape(withAt(plan, path, value))).toBe(false)
})
