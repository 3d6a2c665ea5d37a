import type { Diagnostic } from '@forgeplan/model'
import { escapeText } from './escape.ts'
import { paint } from './palette.ts'

/** Warnings as one line for each code and summary, with how many there are and how to see the rest. */
export const compactWarnings = (warnings: readonly Diagnostic[], { color }: { readonly color: boolean }): string => {
  if (warnings.length === 0) return ''
  const times = new Map<string, number>()
  for (const { code, summary } of warnings) {
    const line = `${escapeText(summary)}  (${code})`
    times.set(line, (times.get(line) ?? 0) + 1)
  }
  const lines = [...times].map(([line, count]) => `${paint('Warning:', 'warn', color)} ${line}${count > 1 ? ` x${String(count)}` : ''}\n`)
  return `${lines.join('')}\nWithout --compact-warnings each says where and why.\n`
}
