import { setTimeout as delay } from 'node:timers/promises'
import { send } from '../processes.ts'
import type { Hypervisor } from '../supervisor/hypervisor.ts'
import { startHypervisor } from '../supervisor/hypervisor.ts'
import type { Body } from '../supervisor/supervise.ts'
import { onVanished } from '../supervisor/supervise.ts'
import { endingOf } from './ending.ts'
import type { Monitor } from './qmp.ts'
import { openMonitor } from './qmp.ts'

/** How long qemu may take to listen, and to follow each order to end, milliseconds. */
const [readyMs, orderMs] = [30_000, 1500]

/**
 * A machine in a qemu of its own. SIGTERM presses the power button; SIGINT pulls the plug: qemu is told to quit, then
 * terminated, then killed.
 */
export const qemuBody =
  (command: readonly string[]): Body =>
  async ({ boot, output, started }) => {
    const orders = listenForOrders()
    output.write(`forge: boot ${boot.number}\n`)
    const qemu = await startHypervisor(command, output)
    const monitor = openMonitor(qemu.channel)
    orders.lead(qemu, monitor)
    const ended = Promise.race([qemu.ended.then((exit) => endingOf(exit, monitor.seen(), orders.done())), onVanished()])
    const up = await Promise.race([monitor.ready.then(() => true), ended.then(() => true), delay(readyMs, false)])
    if (up) void monitor.ready.then(started)
    const ending = up ? await ended : { code: 1, why: 'qemu does not answer' }
    await qemu.kill()
    output.write(`\nforge: ${ending.why}\n`)
    return ending
  }

interface Orders {
  /** Orders that came before are followed now. */
  lead(qemu: Hypervisor, monitor: Monitor): void
  done(): { readonly pressed: boolean; readonly pulled: boolean }
}

const listenForOrders = (): Orders => {
  let machine: { readonly qemu: Hypervisor; readonly monitor: Monitor } | undefined
  const done = { pressed: false, pulled: false }
  const press = (): void => machine?.monitor.send('system_powerdown')
  const pull = (): void => void (machine !== undefined && pullPlug(machine.qemu, machine.monitor))
  process.on('SIGHUP', () => undefined)
  process.on('SIGTERM', () => {
    done.pressed = true
    press()
  })
  process.on('SIGINT', () => {
    if (!done.pulled) pull()
    done.pulled = true
  })
  const follow = (): void => {
    if (done.pressed) press()
    if (done.pulled) pull()
  }
  const lead: Orders['lead'] = (qemu, monitor) => {
    machine = { qemu, monitor }
    void monitor.ready.then(follow)
  }
  return { lead, done: () => ({ ...done }) }
}

const pullPlug = async (qemu: Hypervisor, monitor: Monitor): Promise<void> => {
  monitor.send('quit')
  if (await endsWithin(qemu, orderMs)) return
  send(qemu.pid, 'SIGTERM')
  if (await endsWithin(qemu, orderMs)) return
  send(qemu.pid, 'SIGKILL')
}

const endsWithin = (qemu: Hypervisor, ms: number): Promise<boolean> => Promise.race([qemu.ended.then(() => true), delay(ms, false)])
