import { stat } from 'node:fs/promises'
import { join, relative, resolve } from 'node:path'
import type { SourceFile } from '@forgeplan/config'
import { format } from '@forgeplan/config'
import { escapeText, unifiedDiff } from '@forgeplan/report'
import type { ExitCode } from '../exit.ts'
import { exits } from '../exit.ts'
import { configFiles } from '../inputs/config-files.ts'
import { readText } from '../inputs/read-text.ts'
import { replaceText } from '../inputs/replace-text.ts'
import type { Invocation } from '../invocation.ts'
import { failure, need, Stop } from '../stop.ts'

export interface FormatOptions {
  readonly check?: boolean
  readonly diff?: boolean
}

/** A file, by the name that people see, beside its canonical form. */
interface Formatted extends SourceFile {
  readonly path: string
  readonly after: string
}

/** `forge fmt [FILES]`: writes files in their canonical form and names those that changed. With `--check` it writes nothing. */
export const fmt = async (invocation: Invocation, names: readonly string[], options: FormatOptions): Promise<ExitCode> => {
  if (names.length === 1 && names[0] === '-') return formatInput(invocation, options)
  const files = await filesOf(invocation, names)
  for (const { file, text } of files) invocation.sources.set(file, text)
  const changed = formattedAll(files).filter(({ text, after }) => text !== after)
  for (const one of changed) show(invocation, one, options)
  if (options.check) return changed.length === 0 ? exits.ok : exits.partial
  for (const { path, after } of changed) await replaceText(path, after)
  return exits.ok
}

const formatInput = async ({ terminal, sources }: Invocation, options: FormatOptions): Promise<ExitCode> => {
  const text = await terminal.readAll()
  const file = 'standard input'
  sources.set(file, text)
  const after = need(format({ file, text }))
  if (options.diff) terminal.out(unifiedDiff('forge.yaml', text, after))
  else if (!options.check) terminal.out(after)
  return options.check && text !== after ? exits.partial : exits.ok
}

// All problems of all files at once, and nothing is written when there is one.
const formattedAll = (files: readonly (SourceFile & { readonly path: string })[]): readonly Formatted[] => {
  const results = files.map((source) => ({ source, result: format(source) }))
  const problems = results.flatMap(({ result }) => (result.ok ? [] : result.problems))
  if (problems.length > 0) throw new Stop(exits.error, problems)
  return results.flatMap(({ source, result }) => (result.ok ? [{ ...source, after: result.value }] : []))
}

const show = ({ terminal }: Invocation, { file, text, after }: Formatted, options: FormatOptions): void =>
  terminal.out(options.diff ? unifiedDiff(file, text, after) : `${escapeText(file)}\n`)

type Named = SourceFile & { readonly path: string }

const filesOf = async (invocation: Invocation, names: readonly string[]): Promise<readonly Named[]> => {
  if (names.length === 0) return inFolder(invocation.directory, '')
  const all = await Promise.all(names.map((name) => named(invocation, name)))
  return [...new Map(all.flat().map((file) => [file.path, file])).values()]
}

const inFolder = async (folder: string, prefix: string): Promise<readonly Named[]> =>
  (await configFiles(folder)).map(({ file, text }) => ({ file: join(prefix, file), text, path: join(folder, file) }))

const named = async ({ shell }: Invocation, name: string): Promise<readonly Named[]> => {
  const path = resolve(shell.cwd, name)
  if (await isFolder(path)) return inFolder(path, relative(shell.cwd, path))
  const read = await readText(path)
  if ('problem' in read) throw failure('FORGE6002', 'A file cannot be read', `${escapeText(name)}: ${read.problem}.`)
  return [{ file: name, text: read.text, path }]
}

const isFolder = async (path: string): Promise<boolean> => {
  try {
    return (await stat(path)).isDirectory()
  } catch {
    return false
  }
}
