import type { Row } from '@forgeplan/model'
import type { ExitCode } from '../exit.ts'
import { exits } from '../exit.ts'
import type { Invocation } from '../invocation.ts'
import type { Tail } from '../line/console-tail.ts'
import { openTail } from '../line/console-tail.ts'
import { openExisting } from '../line/open-existing.ts'
import { rowNamed } from '../line/row-named.ts'
import { failure } from '../stop.ts'

export interface ConsoleOptions {
  readonly follow?: boolean
  readonly lines?: number
}

/** `forge console`: what a machine wrote on its console, from the file that its provider keeps it in. */
export const showConsole = async (invocation: Invocation, address: string, options: ConsoleOptions): Promise<ExitCode> => {
  const row = await rowOf(invocation, address)
  await using tail = await openTail(consolePath(row))
  if (tail === null) throw failure('FORGE6018', 'No console', `${row.address} has written no console, or its machine is gone.`)
  const { terminal, shell } = invocation
  terminal.out(await tail.last(options.lines ?? Infinity))
  if (!options.follow) return exits.ok
  return follow(tail, (text) => terminal.out(text), shell.interrupts.stop)
}

const rowOf = async (invocation: Invocation, address: string): Promise<Row> => {
  await using store = await openExisting(invocation, 'read')
  return rowNamed(store.load(), address)
}

const consolePath = (row: Row): string => {
  const path = row.outputs['console']
  if (typeof path === 'string') return path
  throw failure('FORGE6018', 'No console', `${row.address} has no console: it is no machine, or its provider keeps none.`)
}

const follow = async (tail: Tail, print: (text: string) => void, stop: AbortSignal): Promise<ExitCode> => {
  while (!stop.aborted) {
    const text = await tail.next(stop)
    if (text === null) return stop.aborted ? exits.interrupted : exits.ok
    if (text !== '') print(text)
  }
  return exits.interrupted
}
