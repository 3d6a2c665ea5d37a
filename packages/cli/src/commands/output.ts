import type { Plain, State } from '@forgeplan/model'
import { nearest } from '@forgeplan/model'
import { escapeText, outputsJson, outputsText, visibleJson } from '@forgeplan/report'
import type { ExitCode } from '../exit.ts'
import { exits } from '../exit.ts'
import type { Invocation } from '../invocation.ts'
import { openExisting } from '../line/open-existing.ts'
import { declaredOutputs, sensitiveOutputs } from '../line/sensitive.ts'
import { failure } from '../stop.ts'

export interface OutputOptions {
  readonly json?: boolean
  readonly raw?: boolean
}

/** `forge output`: what the last apply stored. Sensitive outputs are not stored. */
export const output = async (invocation: Invocation, name: string | undefined, options: OutputOptions): Promise<ExitCode> => {
  await using store = await openExisting(invocation, 'read')
  const state = store.load()
  if (options.raw && name === undefined) throw failure('FORGE6003', '--raw needs a name', 'Name one output: forge output --raw NAME.')
  const sensitive = sensitiveOutputs(state, declaredOutputs(store.revisions()))
  invocation.terminal.out(name === undefined ? all(state, sensitive, options) : one(pick(state.outputs, sensitive, name), options))
  return exits.ok
}

const all = (state: State, sensitive: ReadonlySet<string>, options: OutputOptions): string => {
  if (options.json) return outputsJson(state.outputs, sensitive)
  return outputsText(state.outputs, sensitive) || 'No outputs.\n'
}

const pick = (outputs: Readonly<Record<string, Plain>>, sensitive: ReadonlySet<string>, name: string): Plain => {
  const value = Object.hasOwn(outputs, name) ? outputs[name] : undefined
  if (sensitive.has(name)) throw failure('FORGE6018', 'A sensitive output', `The value of ${name} is sensitive and is not stored.`)
  if (value !== undefined) return value
  const near = nearest(name, Object.keys(outputs))
  const hint = near === undefined ? 'forge output shows what there is.' : `Did you mean ${near}?`
  throw failure('FORGE6018', 'No such output', `The state has no output ${escapeText(name)}. ${hint}`)
}

const one = (value: Plain, options: OutputOptions): string => {
  if (options.json) return `${visibleJson(JSON.stringify(value))}\n`
  if (!options.raw) return `${typeof value === 'string' ? escapeText(value) : visibleJson(JSON.stringify(value, null, 2))}\n`
  // Raw is data for a program: not escaped.
  if (typeof value === 'string') return value
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  throw failure('FORGE6003', 'Not a text', 'This output is not a text, a number or a truth value: use --json.')
}
