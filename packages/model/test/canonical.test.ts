import fc from 'fast-check'
import { expect, test } from 'vitest'
import { canonicalJson } from '../src/canonical.ts'

const reference = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(reference)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
  return Object.fromEntries(entries.map(([key, item]) => [key, reference(item)]))
}

const keys = fc.oneof(fc.string(), fc.nat(20).map(String), fc.constantFrom('__proto__', '01', '10', '9', '-1', '4294967295', 'a'))
const { data } = fc.letrec((again) => ({
  data: fc.oneof(
    { maxDepth: 4 },
    fc.jsonValue(),
    fc.constant(undefined),
    fc.double(),
    fc.array(again('data')),
    fc.dictionary(keys, again('data')),
  ),
}))

// Digests of states and plans that exist are taken over these bytes.
test('canonical JSON is the JSON of the value with its keys sorted, byte for byte', () => {
  fc.assert(
    fc.property(data, (value) => {
      expect(canonicalJson(value)).toBe(JSON.stringify(reference(value)))
    }),
    { numRuns: 2_000 },
  )
})
