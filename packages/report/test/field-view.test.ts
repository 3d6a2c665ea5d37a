import { expect, test } from 'vitest'
import { fieldViews } from '../src/field-view.ts'

test('a field that was lost with the state is not told as one that was not set', () => {
  const change = {
    field: 'init',
    before: undefined,
    after: 'run',
    effect: 'live',
    released: false,
    uncertain: false,
    drifted: false,
  } as const
  expect(fieldViews({ ...change, lost: true }, { kind: 'string' }, true)).toEqual([
    { kind: 'change', name: 'init', before: '(not known since the recovery)', after: '"run"', notes: [] },
  ])
  expect(fieldViews(change, { kind: 'string' }, true)).toMatchObject([{ before: '(not set)' }])
})
