import type { Plain, State } from '@forgeplan/model'
import { escapeText } from '@forgeplan/report'

/** The outputs of the last apply for people; empty when there are none. */
export const outputsText = ({ outputs }: State): string => {
  const names = Object.keys(outputs)
  if (names.length === 0) return ''
  const width = Math.max(...names.map((name) => name.length))
  return `\nOutputs:\n\n${names.map((name) => `${name.padEnd(width)} = ${outputText(outputs[name] ?? null)}`).join('\n')}\n`
}

/** One output for people: text as it is, a list one item per line, a sensitive one only as such. */
export const outputText = (value: Plain): string => {
  // The state keeps null for what must not be kept.
  if (value === null) return '(sensitive)'
  if (typeof value === 'string') return escapeText(value)
  return JSON.stringify(value, null, 2).split('\n').map(escapeText).join('\n')
}
