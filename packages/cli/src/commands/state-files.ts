import { resolve } from 'node:path'
import type { ImportOptions } from '@forgeplan/store'
import { loadKey, parseExport, restoreKey } from '@forgeplan/store'
import { stateFolder } from '../begin.ts'
import type { ExitCode } from '../exit.ts'
import { exits } from '../exit.ts'
import { readText } from '../inputs/read-text.ts'
import type { Invocation } from '../invocation.ts'
import { openExisting } from '../line/open-existing.ts'
import { openState, takeLease } from '../line/open-store.ts'
import { planFileLimit } from '../planfile/format.ts'
import { writePrivately } from '../planfile/write.ts'
import { failure } from '../stop.ts'
import { version } from '../version.ts'

export interface ExportOptions {
  readonly out?: string
  readonly withKey?: boolean
}

/** `forge state export`: everything as JSON; the key only when it is asked for, and then only into a private file. */
export const stateExport = async (invocation: Invocation, options: ExportOptions): Promise<ExitCode> => {
  if (options.withKey && options.out === undefined) {
    throw failure('FORGE6003', '--with-key needs --out', 'The key goes only into a private file: add --out FILE.')
  }
  await using store = await openExisting(invocation, 'read')
  const key = options.withKey === true ? await loadKey(stateFolder(invocation)) : null
  const text = `${JSON.stringify(store.exportData({ tool: version, ...(key === null ? {} : { key }) }), null, 2)}\n`
  if (options.out === undefined) invocation.terminal.out(text)
  else await writePrivately(resolve(invocation.shell.cwd, options.out), text)
  return exits.ok
}

/** `forge state import FILE`: what was exported, into a place where there is no state. */
export const stateImport = async (invocation: Invocation, file: string, options: ImportOptions): Promise<ExitCode> => {
  const data = await readJson(invocation, file)
  const { state, key } = parseExport(data)
  await using store = await openState(invocation, state.stack, 'write')
  await using lease = await takeLease(invocation, store, 0)
  if (key !== null) await restoreKey(stateFolder(invocation), key)
  await store.importData(data, lease, options)
  invocation.terminal.out(`Imported the state of ${state.stack}: ${String(store.load().rows.size)} objects.\n`)
  return exits.ok
}

/** `forge state backup FILE`: a consistent copy of the database. */
export const stateBackup = async (invocation: Invocation, file: string): Promise<ExitCode> => {
  await using store = await openExisting(invocation, 'read')
  await store.backup(resolve(invocation.shell.cwd, file))
  invocation.terminal.out(`Saved a copy to ${file}.\n`)
  return exits.ok
}

const readJson = async (invocation: Invocation, file: string): Promise<unknown> => {
  const read = await readText(resolve(invocation.shell.cwd, file), planFileLimit)
  if ('problem' in read) throw failure('FORGE6002', 'The file cannot be read', `${file}: ${read.problem}.`)
  try {
    return JSON.parse(read.text)
  } catch {
    throw failure('FORGE6002', 'Not an exported state', `${file} is not JSON.`)
  }
}
