import { mkdir, writeFile } from 'node:fs/promises'
import { basename, join, resolve } from 'node:path'
import { escapeText } from '@forgeplan/report'
import { relocated } from '../begin.ts'
import type { ExitCode } from '../exit.ts'
import { exits } from '../exit.ts'
import { ignoreLine } from '../inputs/ignore-line.ts'
import { reasonOf } from '../inputs/read-text.ts'
import type { Invocation } from '../invocation.ts'
import { checkProviders } from '../line/check-providers.ts'
import { stackNameFor, starters } from '../starters/starters.ts'
import { failure } from '../stop.ts'

export interface InitOptions {
  readonly provider: string
  readonly check?: boolean
}

const fileName = 'forge.yaml'

/** `forge init [DIR]`: a first configuration with comments, where there is none. With `--check` it writes nothing and opens the providers. */
export const init = async (invocation: Invocation, folder: string | undefined, options: InitOptions): Promise<ExitCode> => {
  const there = folder === undefined ? invocation : relocated(invocation, resolve(invocation.shell.cwd, folder))
  if (options.check) await checkProviders(there)
  else await writeFirst(there, options.provider, nextSteps(invocation, folder))
  return exits.ok
}

const writeFirst = async ({ directory, terminal }: Invocation, provider: string, next: string): Promise<void> => {
  const path = join(directory, fileName)
  if (!(await writeStarter(directory, provider))) throw exists(path)
  await ignoreLine(directory, '.forge/')
  terminal.out(`Wrote ${escapeText(path)}.\n${next}`)
}

// Exclusive, so that nothing is ever overwritten, whoever else writes there.
const writeStarter = async (directory: string, provider: string): Promise<boolean> => {
  const text = starters[provider]?.(stackNameFor(basename(directory))) ?? ''
  try {
    await mkdir(directory, { recursive: true })
    await writeFile(join(directory, fileName), text, { flag: 'wx' })
    return true
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false
    throw failure('FORGE6002', 'A file cannot be written', `${join(directory, fileName)}: ${reasonOf(error)}.`)
  }
}

const exists = (path: string): Error =>
  failure(
    'FORGE6030',
    'There is a configuration already',
    `${escapeText(path)} stands already and was left as it is. With --check forge init opens its providers; forge validate checks it.`,
  )

const nextSteps = ({ globals }: Invocation, folder: string | undefined): string => {
  const where = folder ?? globals.directory
  const forge = where === '.' ? 'forge' : `forge -C ${escapeText(where)}`
  return `\nNext: read it, then ${forge} plan and ${forge} apply.\n`
}
