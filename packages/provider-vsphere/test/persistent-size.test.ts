import { expect, test } from 'vitest'
import { effectOf } from '../src/vm/effects.ts'

const gibibyte = 2 ** 30

test.each([
  ['is added', undefined, gibibyte, 'live'],
  ['is added where 0 said none', 0, gibibyte, 'live'],
  ['grows', gibibyte, 2 * gibibyte, 'live'],
  ['shrinks', 2 * gibibyte, gibibyte, 'refuse'],
  ['is taken away', gibibyte, undefined, 'replace'],
  ['is taken away by 0', gibibyte, 0, 'replace'],
  ['stays none', undefined, 0, 'live'],
])('a persistent disk that %s', (_, before, after, effect) => expect(effectOf('persistentSize', before, after, null)).toBe(effect))
