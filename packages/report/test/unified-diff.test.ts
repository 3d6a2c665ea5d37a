import { expect, test } from 'vitest'
import { unifiedDiff } from '../src/index.ts'

const numbers = (from: number, to: number): string => Array.from({ length: to - from + 1 }, (_, i) => `${from + i}\n`).join('')

test('two equal texts have no difference', () => expect(unifiedDiff('f', 'a\n', 'a\n')).toBe(''))

test('each hunk names its lines in both files and has three lines around', () => {
  const before = numbers(1, 30)
  const after = before.replace('5\n', 'five\n').replace('25\n', '')
  expect(unifiedDiff('f.yaml', before, after)).toBe(
    `--- a/f.yaml\n+++ b/f.yaml\n@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-5\n+five\n 6\n 7\n 8\n@@ -22,7 +22,6 @@\n 22\n 23\n 24\n-25\n 26\n 27\n 28\n`,
  )
})

test('a missing line end is told', () => {
  expect(unifiedDiff('f', 'a', 'a\n')).toBe('--- a/f\n+++ b/f\n@@ -1,1 +1,1 @@\n-a\n\\ No newline at end of file\n+a\n')
})

test('a new text comes in whole', () => expect(unifiedDiff('f', '', 'a\n')).toBe('--- a/f\n+++ b/f\n@@ -0,0 +1,1 @@\n+a\n'))
