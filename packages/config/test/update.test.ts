import type { Unit, Update } from '@forgeplan/model'
import { cautious } from '@forgeplan/model'
import { describe, expect, test } from 'vitest'
import { parse as parseYaml } from 'yaml'
import { jsonSchema } from '../src/index.ts'
import { catalog } from './catalog.ts'
import { fits } from './fits.ts'
import type { Outside } from './reading.ts'
import { desiredOf, problemsOf } from './reading.ts'

const base = 'stack: s\nproviders: { p: { plugin: sim, endpoint: e } }\n'
/** A group whose own keys begin at 4:16. */
const group = (keys: string, more = ''): string =>
  `${base}groups:\n  g: { size: 9, ${keys}, instance: { provider: p, memory: 1GiB } }\n${more}`
const byIds = (keys: string): string => group(keys).replace('size: 9,', 'ids: [a],')
/** An instance whose own keys begin at 4:8. */
const instance = (keys: string): string => `${base}instances:\n  n: { ${keys}, instance: { provider: p, memory: 1GiB } }\n`
const unitOf = (text: string, outside?: Outside): Unit => desiredOf(text, outside).units[0] as Unit
const updateOf = (keys: string): Update => unitOf(group(`update: ${keys}`)).update

const plain = cautious(300_000)
const createFirst = { ...plain, order: 'create-first', maxUnavailable: 0, maxSurge: 1 } as const

describe('a group that says nothing', () => {
  const unit = unitOf(group('dependsOn: []'))
  test('is changed one by one, each within healthTimeout', () => expect(unit.update).toEqual(plain))
  test('leaves unwell members alone', () => expect(unit.heal).toBeNull())
  test('has no quorum', () => expect(unit.policy).not.toHaveProperty('quorum'))
})

describe('the defaults of an update', () => {
  test.each<[string, Update]>([
    ['{}', plain],
    ['{ batch: 3 }', { ...plain, batch: 3, maxUnavailable: 3 }],
    ['{ maxUnavailable: 3 }', { ...plain, maxUnavailable: 3 }],
    ['{ maxSurge: 0 }', plain],
    ['{ maxSurge: 2 }', { ...createFirst, maxSurge: 2 }],
    ['{ order: create-first }', createFirst],
    ['{ order: create-first, batch: 3 }', { ...createFirst, batch: 3, maxSurge: 3 }],
    ['{ order: create-first, maxUnavailable: 2 }', { ...createFirst, maxUnavailable: 2 }],
    ['{ canary: 1, maxFailures: 2, skipDrain: true }', { ...plain, canary: 1, maxUnavailable: 3, maxFailures: 2, skipDrain: true }],
    ['{ healthyFor: 60s }', { ...plain, pass: { kind: 'holdFor', ms: 60_000 } }],
    ['{ checks: 3 }', { ...plain, pass: { kind: 'checks', checks: 3, intervalMs: 1000 } }],
    ['{ interval: 2s }', { ...plain, pass: { kind: 'checks', checks: 1, intervalMs: 2000 } }],
    ['{ timeout: 10m }', { ...plain, timeoutMs: 600_000 }],
  ])('%s', (keys, update) => expect(updateOf(keys)).toEqual(update))
  test('take the time from healthTimeout', () =>
    expect(unitOf(group('healthTimeout: 90s, update: { batch: 1 }')).update.timeoutMs).toBe(90_000))
  test('are those of healing where only one of its keys is given', () => {
    expect(unitOf(group('healUnhealthy: {}')).heal).toEqual({ checks: 3, intervalMs: 10_000 })
    expect(unitOf(group('healUnhealthy: { checks: 5 }')).heal).toEqual({ checks: 5, intervalMs: 10_000 })
    expect(unitOf(group('healUnhealthy: { interval: 2s }')).heal).toEqual({ checks: 3, intervalMs: 2000 })
  })
})

test('a quorum is part of the policy, also of a group with ids', () => {
  expect(unitOf(group('quorum: majority, policy: { preventDestroy: true }')).policy).toMatchObject({
    preventDestroy: true,
    quorum: 'majority',
  })
  expect(unitOf(byIds('quorum: majority')).policy.quorum).toBe('majority')
})

test('an instance has a time to be well in and is healed', () => {
  const unit = unitOf(instance('update: { healthyFor: 5s, timeout: 1m, skipDrain: true }, healUnhealthy: { checks: 2 }'))
  expect(unit.update).toEqual({ ...cautious(60_000), pass: { kind: 'holdFor', ms: 5000 }, skipDrain: true })
  expect(unit.heal).toEqual({ checks: 2, intervalMs: 10_000 })
})

describe('variables', () => {
  const variables = 'variables: { n: { type: integer, default: 2 }, wait: { default: 30s }, all: { type: map, default: {} } }\n'
  const outside: Outside = { vars: { all: '{"batch": 3, "canary": 2}' } }
  test('give numbers, times and words', () => {
    const keys =
      'update: { batch: "${var.n}", canary: "${var.n - 1}", healthyFor: "${var.wait}" }, quorum: "${var.n > 1 ? \'majority\' : \'none\'}"'
    const unit = unitOf(group(keys, variables))
    expect(unit.update).toMatchObject({ batch: 2, maxUnavailable: 2, canary: 1, pass: { kind: 'holdFor', ms: 30_000 } })
    expect(unit.policy.quorum).toBe('majority')
  })
  test('give a whole update', () =>
    expect(unitOf(group('update: "${var.all}"', variables), outside).update).toMatchObject({ batch: 3, canary: 2 }))
  test('that contradict each other are shown at the expression', () => {
    const vars = { vars: { all: '{"batch": 3, "maxUnavailable": 1}' } }
    expect(problemsOf(group('update: "${var.all}"', variables), vars)).toEqual([expect.stringContaining('FORGE2034 4:25 ')])
  })
})

interface Case {
  readonly code: string
  /** `^` marks the place that is shown. */
  readonly text: string
  readonly says: string
}

/** `line:column` of the mark, from 1, and the text without it. */
const unmarked = (text: string): { readonly text: string; readonly at: string } => {
  const before = text.slice(0, text.indexOf('^')).split('\n')
  return { text: text.replace('^', ''), at: `${before.length}:${(before.at(-1)?.length ?? 0) + 1}` }
}

describe('refused', () => {
  test.each<Case>([
    { text: group('update: { healthyFor: 60s, checks: ^3 }'), code: 'FORGE2031', says: 'so does checks. Remove one' },
    { text: group('update: { interval: ^1s, healthyFor: 60s }'), code: 'FORGE2031', says: 'so does interval' },
    { text: instance('update: { healthyFor: 60s, checks: ^3 }'), code: 'FORGE2031', says: 'instances.n.update' },
    { text: byIds('update: { order: ^create-first }'), code: 'FORGE2032', says: 'Remove order, or give the group a size' },
    { text: byIds('update: { maxSurge: ^1 }'), code: 'FORGE2032', says: 'Remove maxSurge' },
    { text: group('update: { order: delete-first, maxSurge: ^1 }'), code: 'FORGE2033', says: 'order: create-first' },
    { text: group('update: { order: delete-first, maxUnavailable: ^0 }'), code: 'FORGE2033', says: 'at least 1' },
    { text: group('update: { maxUnavailable: ^0 }'), code: 'FORGE2033', says: 'or write order: create-first' },
    { text: byIds('update: { maxUnavailable: ^0 }'), code: 'FORGE2033', says: 'at least 1. Raise it.' },
    { text: group('update: { order: create-first, maxSurge: ^0 }'), code: 'FORGE2033', says: 'at least 1' },
    { text: group('update: { batch: ^3, maxUnavailable: 2 }'), code: 'FORGE2034', says: 'batch is 3, but maxUnavailable allows 2' },
    { text: group('update: { batch: ^3, maxSurge: 2 }'), code: 'FORGE2034', says: 'maxSurge allows 2' },
    { text: group('update: { healthyFor: ^5m }'), code: 'FORGE2035', says: 'healthTimeout gives them 5m in all' },
    { text: group('update: { checks: ^11, timeout: 10s }'), code: 'FORGE2035', says: 'timeout gives them 10s' },
    { text: group('update: { batch: ^0 }'), code: 'FORGE1015', says: 'from 1 to' },
    { text: group('update: { batch: ^1.5 }'), code: 'FORGE1014', says: 'a whole number' },
    { text: group('update: { timeout: ^600 }'), code: 'FORGE1014', says: 'Write the unit' },
    { text: group('update: { ^bacth: 2 }'), code: 'FORGE1012', says: 'Did you mean "batch"?' },
    { text: group('update: { order: ^create-frist }'), code: 'FORGE1015', says: 'Did you mean "create-first"?' },
    { text: group('^update:'), code: 'FORGE1014', says: 'nothing stands here' },
    { text: group('^updat: {}'), code: 'FORGE1012', says: 'Did you mean "update"?' },
    { text: group('quorum: ^mayority'), code: 'FORGE1015', says: 'Did you mean "majority"?' },
    { text: group('healUnhealthy: { ^check: 3 }'), code: 'FORGE1012', says: 'Did you mean "checks"?' },
    { text: group('healUnhealthy: ^true'), code: 'FORGE1014', says: 'takes a map' },
    { text: group('update: { batch: "${^member.ordinal}" }'), code: 'FORGE2020', says: 'Members exist only' },
    { text: group('update: { batch: 2, maxUnavailable: ^x }'), code: 'FORGE1014', says: 'whole number' },
    { text: instance('update: { ^batch: 2 }'), code: 'FORGE1012', says: '"batch"' },
    { text: instance('^quorum: majority'), code: 'FORGE1012', says: '"quorum"' },
  ])('$code $says', ({ text: marked, code, says }) => {
    const { text, at } = unmarked(marked)
    const problems = problemsOf(text)
    expect(problems).toEqual([expect.stringContaining(`${code} ${at} `)])
    expect(problems[0]).toContain(says)
  })

  test('with both its order and its times, if both are wrong', () => {
    const problems = problemsOf(group('update: { maxUnavailable: 0, healthyFor: 10m }'))
    expect(problems.map((problem) => problem.slice(0, 9))).toEqual(['FORGE2033', 'FORGE2035'])
  })
})

describe('the JSON Schema', () => {
  const schema = jsonSchema(catalog)
  test.each([
    group('update: { order: create-first, batch: 2, maxSurge: 3, canary: 1, checks: 3, interval: 2s, timeout: 10m, skipDrain: true }'),
    group(
      'update: { batch: "${var.n}", healthyFor: 60s, maxFailures: 1, maxUnavailable: 1 }, quorum: majority, healUnhealthy: { checks: 3 }',
    ),
    instance('update: { healthyFor: 60s, timeout: 10m }, healUnhealthy: { interval: 10s }'),
  ])('takes %s', (text) => expect(fits(schema, parseYaml(text))).toBe(true))
  test.each([
    group('update: { order: any }'),
    group('update: { batch: 0 }'),
    group('quorum: all'),
    group('healUnhealthy: 3'),
    instance('update: { batch: 1 }'),
    instance('quorum: majority'),
  ])('refuses %s', (text) => expect(fits(schema, parseYaml(text))).toBe(false))
})
