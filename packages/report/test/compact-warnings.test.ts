import type { Diagnostic } from '@forgeplan/model'
import { expect, test } from 'vitest'
import { compactWarnings } from '../src/index.ts'

const warning = (summary: string, detail: string): Diagnostic => ({ severity: 'warning', code: 'FORGE3004', summary, detail })

test('equal warnings are one line with their number, whatever their details say', () => {
  const text = compactWarnings([warning('A copy', 'one'), warning('Other\u001b[31m', 'x'), warning('A copy', 'two')], { color: false })
  expect(text).toBe(
    'Warning: A copy  (FORGE3004) x2\nWarning: Other\\u{1b}[31m  (FORGE3004)\n\nWithout --compact-warnings each says where and why.\n',
  )
})

test('no warnings are no text', () => expect(compactWarnings([], { color: false })).toBe(''))
