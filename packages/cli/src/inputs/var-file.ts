import { parsePlainMap } from '@forgeplan/model'
import type { Plain } from '@forgeplan/model'
import { messageOf } from '../stop.ts'

/** Reads a JSON object, or lines `NAME=VALUE` with `#` comments. A problem never repeats a value. */
export const parseVarFile = (text: string): Map<string, Plain> | { readonly problem: string } =>
  text.trimStart().startsWith('{') ? fromJson(text) : fromLines(text)

const fromJson = (text: string): Map<string, Plain> | { readonly problem: string } => {
  try {
    const map = parsePlainMap(JSON.parse(text))
    return map === undefined ? { problem: 'it is not a JSON object of plain values' } : new Map(Object.entries(map))
  } catch (error) {
    // Node quotes the text around the fault, which may be a secret; only the position is kept.
    return { problem: `it is not JSON${/ at position \d+/.exec(messageOf(error))?.[0] ?? ''}` }
  }
}

const fromLines = (text: string): Map<string, Plain> | { readonly problem: string } => {
  const values = new Map<string, Plain>()
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    if (line.trim() === '' || line.trimStart().startsWith('#')) continue
    const at = line.indexOf('=')
    const name = line.slice(0, Math.max(at, 0)).trim()
    if (!/^[A-Za-z][A-Za-z0-9_-]*$/.test(name)) return { problem: `line ${String(index + 1)} is not of the form NAME=VALUE` }
    values.set(name, line.slice(at + 1).trim())
  }
  return values
}
