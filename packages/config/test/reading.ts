import type { Diagnostic, ImageIdentity, Plain, SecretSource } from '@forgeplan/model'
import type { Desired, Places } from '@forgeplan/model'
import type { FileInput, Inputs } from '../src/index.ts'
import { decode, expand, parse } from '../src/index.ts'
import { catalog } from './catalog.ts'

export interface Outside {
  readonly env?: Readonly<Record<string, string>>
  readonly files?: Readonly<Record<string, FileInput>>
  readonly vars?: Readonly<Record<string, Plain>>
  readonly secrets?: readonly SecretSource[]
  /** Those of the secrets that hold nothing. */
  readonly empty?: readonly SecretSource[]
  readonly environmentName?: string
  readonly images?: Readonly<Record<string, ImageIdentity>>
}

export const inputsOf = ({
  env = {},
  files = {},
  vars = {},
  secrets = [],
  empty = [],
  environmentName,
  images = {},
}: Outside = {}): Inputs => ({
  ...(environmentName === undefined ? {} : { environmentName }),
  environment: new Map(Object.entries(env)),
  files: new Map(Object.entries(files)),
  variables: new Map(Object.entries(vars)),
  images: new Map(Object.entries(images)),
  origins: new Map(Object.keys(vars).map((name) => [name, `--var ${name}`])),
  secrets: new Map(secrets.map((source) => [source, { digest: `digest of ${source}`, isEmpty: empty.includes(source) }])),
})

export type Read =
  | { readonly ok: true; readonly desired: Desired; readonly places: Places; readonly warnings: readonly Diagnostic[] }
  | { readonly ok: false; readonly problems: readonly Diagnostic[] }

/** The whole way from text to what is desired. */
export const read = (text: string | Readonly<Record<string, string>>, outside: Outside = {}): Read => {
  const files = typeof text === 'string' ? { 'forge.yaml': text } : text
  const document = parse(Object.entries(files).map(([file, content]) => ({ file, text: content })))
  if (!document.ok) return document
  const config = decode(document.value, catalog, inputsOf(outside))
  if (!config.ok) return config
  const expanded = expand(config.value)
  return expanded.ok ? { ok: true, ...expanded.value, warnings: config.warnings } : expanded
}

/** `desired` of a text that must be good. */
export const desiredOf = (text: string | Readonly<Record<string, string>>, outside: Outside = {}): Desired => {
  const result = read(text, outside)
  if (!result.ok) throw new Error(result.problems.map((problem) => `${problem.code} ${problem.detail}`).join('\n'))
  return result.desired
}

/** `CODE line:column detail` of each problem, in order; line and column count from 1. */
export const problemsOf = (text: string | Readonly<Record<string, string>>, outside: Outside = {}): readonly string[] => {
  const result = read(text, outside)
  return result.ok ? [] : told(text, result.problems)
}

/** As `problemsOf`, for the warnings of a text that must be good. */
export const warningsOf = (text: string | Readonly<Record<string, string>>, outside: Outside = {}): readonly string[] => {
  const result = read(text, outside)
  if (!result.ok) throw new Error(told(text, result.problems).join('\n'))
  return told(text, result.warnings)
}

const told = (text: string | Readonly<Record<string, string>>, diagnostics: readonly Diagnostic[]): readonly string[] => {
  const files = typeof text === 'string' ? { 'forge.yaml': text } : text
  return diagnostics.map(
    ({ code, span, detail }) => `${code} ${span === undefined ? '-' : positionIn(files[span.file] ?? '', span.start)} ${detail}`,
  )
}

const positionIn = (text: string, offset: number): string => {
  const before = text.slice(0, offset).split('\n')
  return `${before.length}:${(before.at(-1)?.length ?? 0) + 1}`
}
