import { expect, test } from 'vitest'
import { fitsName } from '../src/index.ts'

test.each([
  ['web', 'web', true],
  ['web', 'web-1', false],
  ['web', 'Web', false],
  ['*', '', true],
  ['*', 'anything', true],
  ['web-*', 'web-', true],
  ['web-*', 'web-12', true],
  ['web-*', 'my-web-1', false],
  ['*-1', 'web-1', true],
  ['*-1', 'web-12', false],
  ['a*a', 'a', false],
  ['a*a', 'aa', true],
  ['a*b*c', 'a-b-c', true],
  ['a*b*c', 'a-c-b', false],
  ['a*bc*c', 'abc', false],
  ['a**b', 'ab', true],
  ['we?', 'web', false],
  ['w.b*', 'web-1', false],
])('The pattern %s and the name %s: %s', (pattern, name, fits) => {
  expect(fitsName(pattern, name)).toBe(fits)
})

test('A pattern of many pieces takes no longer than the name is long', () => {
  expect(fitsName(`${'*a'.repeat(5_000)}*b`, 'a'.repeat(100_000))).toBe(false)
})
