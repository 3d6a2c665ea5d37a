import { expect, test } from 'vitest'
import { built, desired, nothing, planFor, tryPlan, unit } from './builders.ts'

const web = unit('group.web', { shape: { kind: 'sized', size: 2 }, dependsOn: ['instance.nfs'] })
const all = desired([web, unit('instance.nfs'), unit('instance.db')])
const touched = (...made: Parameters<typeof planFor>): readonly string[] =>
  planFor(...made)
    .changes.filter(({ action }) => action !== 'keep')
    .map(({ action, address }) => `${action} ${address}`)

test('an excluded unit is left as it is, and so is what depends on it', () => {
  expect(touched(all, nothing, { excludes: ['instance.nfs'] })).toEqual(['create instance.db'])
})

test('what an excluded unit depends on is planned', () => {
  expect(touched(all, nothing, { excludes: ['group.web'] })).toEqual(['create instance.db', 'create instance.nfs'])
})

test('an excluded member leaves its siblings alone', () => {
  expect(touched(all, nothing, { excludes: ['group.web/2'] })).toEqual(['create group.web/1', 'create instance.db', 'create instance.nfs'])
})

test('excluding goes before targeting', () => {
  expect(touched(all, nothing, { targets: ['group.web'], excludes: ['instance.db', 'group.web/1'] })).toEqual([
    'create group.web/2',
    'create instance.nfs',
  ])
})

test('what an excluded unit needs survives a destroy', () => {
  const options = { mode: 'destroy', excludes: ['group.web'] } as const
  expect(touched(all, built(all), options)).toEqual(['delete instance.db'])
})

test('an exclusion that names nothing is an error with the nearest name and nothing else, and a narrowed plan says so', () => {
  expect(tryPlan(all, nothing, { excludes: ['group.wbe'] })).toMatchObject({
    ok: false,
    problems: [{ code: 'FORGE3005', detail: expect.stringContaining('Did you mean "group.web"?') as string }],
  })
  expect(planFor(all, nothing, { excludes: ['group.web'] }).warnings).toMatchObject([{ code: 'FORGE3006' }])
})
