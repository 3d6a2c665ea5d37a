import { expect, it } from 'vitest'
import { planView } from '../src/plan-view.ts'
import { catalog, plan, warning } from './builders.ts'

const views = (severity: 'warning' | 'error', ...details: readonly string[]) =>
  planView(plan({ warnings: details.map((detail) => ({ ...warning('A name leads nowhere'), severity, detail })) }), catalog).warnings

it('equal warnings are one line, whatever each says', () => {
  expect(views('warning', 'net1', 'net2')).toMatchObject([{ detail: 'net1', count: 2 }])
})

it('of errors each is told that says something else', () => {
  expect(views('error', 'net1', 'net2', 'net1')).toMatchObject([
    { detail: 'net1', count: 2 },
    { detail: 'net2', count: 1 },
  ])
})
