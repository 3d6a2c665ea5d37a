import type { StackName } from '@forgeplan/model'
import type { Lease, LeaseHolder, Store } from '@forgeplan/store'
import { openStore } from '@forgeplan/store'
import type { Invocation } from '../invocation.ts'
import { ago } from './ago.ts'

/** Opens the state of the invocation. @throws StoreError */
export const openState = (invocation: Invocation, stack: StackName, mode: 'read' | 'write'): Promise<Store> =>
  openStore({ path: invocation.statePath, mode, stack })

/** Takes the lease, waiting at most `timeoutMs`. @throws LeaseHeld when somebody else has it. */
export const takeLease = (invocation: Invocation, store: Store, timeoutMs: number): Promise<Lease> => {
  let told = false
  const onWait = (holder: LeaseHolder): void => {
    if (!told) invocation.terminal.note(`Waiting for the state: ${holderText(holder, Date.now())}\n`)
    told = true
  }
  return store.acquire({ command: `forge ${invocation.command}`, timeoutMs, signal: invocation.shell.interrupts.stop, onWait })
}

/** Who holds a lease, in one sentence. */
export const holderText = (holder: LeaseHolder, now: number): string =>
  `${holder.command} has it, process ${String(holder.pid)} on ${holder.host}, since ${ago(now - holder.acquiredAt)}, ` +
  `last sign of life ${ago(now - holder.heartbeatAt)} ago, fence ${String(holder.fence)}.`
