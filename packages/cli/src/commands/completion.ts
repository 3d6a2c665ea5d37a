import { unitOf } from '@forgeplan/model'
import { stateList } from '@forgeplan/report'
import type { Command } from 'commander'
import { bashScript } from '../completion/bash.ts'
import { fishScript } from '../completion/fish.ts'
import { commandWords } from '../completion/words.ts'
import { zshScript } from '../completion/zsh.ts'
import type { ExitCode } from '../exit.ts'
import { exits } from '../exit.ts'
import type { Invocation } from '../invocation.ts'
import { openExisting } from '../line/open-existing.ts'

export const shells = { bash: bashScript, zsh: zshScript, fish: fishScript } as const

/** `forge completion SHELL`: a script that completes commands, options, their values and addresses. */
export const completion = (invocation: Invocation, program: Command, shell: keyof typeof shells): Promise<ExitCode> => {
  invocation.terminal.out(shells[shell](commandWords(program)))
  return Promise.resolve(exits.ok)
}

/** `forge complete addresses`, hidden: what the scripts ask for. Silent where there is no state. */
export const completeAddresses = async (invocation: Invocation): Promise<ExitCode> => {
  try {
    await using store = await openExisting(invocation, 'read')
    const addresses = stateList(store.load()).map((row) => row.address)
    const all = [...new Set([...addresses.map(unitOf), ...addresses])]
    invocation.terminal.out(all.map((address) => `${address}\n`).join(''))
  } catch {
    // Somebody presses a key: words on the terminal would only be in the way.
  }
  return exits.ok
}
