import type { Checked, Diagnostic } from '@forgeplan/model'
import type { Image, LinuxkitDocument } from '../src/index.ts'
import { readLinuxkit } from '../src/index.ts'

/** Texts as files a.yml, b.yml, ... in the order given. */
export const read = (...texts: readonly string[]): Checked<LinuxkitDocument> =>
  readLinuxkit(texts.map((text, at) => ({ file: `${'abcdef'[at] ?? 'z'}.yml`, text })))

export const diagnosticsOf = (...texts: readonly string[]): readonly Diagnostic[] => {
  const result = read(...texts)
  return result.ok ? result.warnings : result.problems
}

/** `CODE text` for each diagnostic: its code, and what it points at. */
export const told = (...texts: readonly string[]): readonly string[] =>
  diagnosticsOf(...texts).map(({ code, span }) => {
    const text = texts['abcdef'.indexOf(span?.file[0] ?? 'a')] ?? ''
    return `${code} ${span === undefined ? '' : text.slice(span.start, span.end)}`
  })

export const documentOf = (...texts: readonly string[]): LinuxkitDocument => {
  const result = read(...texts)
  if (!result.ok) throw new Error(result.problems.map(({ detail }) => detail).join('\n'))
  return result.value
}

export const imageOf = (...texts: readonly string[]): Image => documentOf(...texts).image
