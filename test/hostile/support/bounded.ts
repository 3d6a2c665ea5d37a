import { expect } from 'vitest'
import type { Ran } from '../../e2e/support/command.ts'
import { startIn } from '../../e2e/support/command.ts'
import { flat } from '../../e2e/support/words.ts'

// A guard against hanging, not a measure: a command that is still there after so long is killed, and has no exit code.
const hangMs = 20_000

/** The built command in a folder, killed when it hangs. */
export const bounded = async (directory: string, argv: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Ran> => {
  const running = startIn(directory, argv, env)
  const guard = setTimeout(() => running.child.kill('SIGKILL'), hangMs)
  try {
    return await running.ended
  } finally {
    clearTimeout(guard)
  }
}

// Line breaks and nothing else: tabs and carriage returns of a hostile text do not come out as such either.
const raw = /[^\P{Cc}\n]/u

/** A command that ended in a diagnostic of its own: exit 1, a code, no stack trace, and those words for what to do. */
export const expectRefused = ({ code, out, err }: Ran, words: RegExp): void => {
  expect(code, `${out}${err}`).toBe(1)
  expect(flat(err)).toMatch(/FORGE\d{4}/)
  expect(err).not.toContain('FORGE6999')
  expect(`${out}${err}`).not.toMatch(/\n\s+at .*[:(]/)
  expect(`${out}${err}`).not.toMatch(raw)
  expect(flat(err)).toMatch(words)
  expect(err.length, 'a message that can be read').toBeLessThan(100_000)
}
