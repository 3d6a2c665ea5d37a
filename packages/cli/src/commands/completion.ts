import { parse, wants } from '@forgeplan/config'
import { unitOf } from '@forgeplan/model'
import { stateList } from '@forgeplan/report'
import type { Command } from 'commander'
import { bashScript } from '../completion/bash.ts'
import { fishScript } from '../completion/fish.ts'
import { commandWords } from '../completion/words.ts'
import { zshScript } from '../completion/zsh.ts'
import type { ExitCode } from '../exit.ts'
import { exits } from '../exit.ts'
import { configFiles } from '../inputs/config-files.ts'
import type { Invocation } from '../invocation.ts'
import { openExisting } from '../line/open-existing.ts'
import { need } from '../stop.ts'

export const shells = { bash: bashScript, zsh: zshScript, fish: fishScript } as const

/** `forge completion SHELL`: a script that completes commands, options, their values and addresses. */
export const completion = (invocation: Invocation, program: Command, shell: keyof typeof shells): Promise<ExitCode> => {
  invocation.terminal.out(shells[shell](commandWords(program)))
  return Promise.resolve(exits.ok)
}

/** `forge complete WHAT`, hidden: what the scripts ask for. Silent where there is nothing to read. */
export const complete = async (invocation: Invocation, what: 'addresses' | 'images'): Promise<ExitCode> => {
  try {
    const names = what === 'addresses' ? await addressesOf(invocation) : await imagesOf(invocation)
    invocation.terminal.out(names.map((name) => `${name}\n`).join(''))
  } catch {
    // Somebody presses a key: words on the terminal would only be in the way.
  }
  return exits.ok
}

const addressesOf = async (invocation: Invocation): Promise<readonly string[]> => {
  await using store = await openExisting(invocation, 'read')
  const addresses = stateList(store.load()).map((row) => row.address)
  return [...new Set([...addresses.map(unitOf), ...addresses])]
}

// Read from the text alone: whether the rest of the file is in order does not matter here.
const imagesOf = async ({ directory }: Invocation): Promise<readonly string[]> =>
  wants(need(parse(await configFiles(directory)))).images.map(({ name }) => name)
