import { escapeText } from '@forgeplan/report'
import type { ExitCode } from '../exit.ts'
import { exits } from '../exit.ts'
import type { Invocation } from '../invocation.ts'
import { confirm } from '../line/confirm.ts'
import { openExisting } from '../line/open-existing.ts'
import { holderText } from '../line/open-store.ts'
import { failure } from '../stop.ts'

/** `forge unlock`: says who holds the lease, asks, and takes it away. Its owner stops at its next write. */
export const unlock = async (
  invocation: Invocation,
  fence: string | undefined,
  options: { readonly autoApprove?: boolean },
): Promise<ExitCode> => {
  await using store = await openExisting(invocation, 'write')
  const holder = store.holder()
  const { terminal } = invocation
  if (holder === null) {
    terminal.out('Nobody holds the state.\n')
    return exits.ok
  }
  const who = escapeText(holderText(holder, Date.now()))
  if (fence !== undefined && fence !== String(holder.fence)) throw otherFence(who)
  terminal.note(`${who}\n`)
  const question = {
    text: 'Take the lease away? Only do it when that run is surely dead.',
    expected: 'yes',
    autoApprove: options.autoApprove === true,
  }
  const answer = await confirm(invocation, question)
  if (answer !== null) return answer
  if (!store.unlock(holder.fence))
    throw failure('FORGE6016', 'The lease changed hands', 'Somebody else took it in the meantime. Look again.')
  terminal.out('Unlocked.\n')
  return exits.ok
}

const otherFence = (who: string): Error => failure('FORGE6003', 'Another lease', `The number does not belong to the present lease: ${who}`)
