import { rm } from 'node:fs/promises'
import { fileNames } from '../home/home.ts'
import { send } from '../processes.ts'
import type { Hypervisor } from '../supervisor/hypervisor.ts'
import { startHypervisor } from '../supervisor/hypervisor.ts'
import type { Body } from '../supervisor/supervise.ts'
import { onVanished } from '../supervisor/supervise.ts'
import { endingOf } from './ending.ts'

/** A machine in a hyperkit of its own. SIGTERM presses the power button, as hyperkit has it; SIGINT pulls the plug. */
export const hyperkitBody =
  (command: readonly string[]): Body =>
  async ({ output, started }) => {
    const done = { pressed: false, pulled: false }
    // hyperkit refuses to start over the file of one that was killed; this process owns the directory, so that one is dead.
    await rm(fileNames.hypervisorPid, { force: true })
    const machine: Hypervisor = await startHypervisor(command, output)
    process.on('SIGHUP', () => undefined)
    process.on('SIGTERM', () => {
      done.pressed = true
      send(machine.pid, 'SIGTERM')
    })
    process.on('SIGINT', () => {
      done.pulled = true
      send(machine.pid, 'SIGKILL')
    })
    started()
    const ending = await Promise.race([machine.ended.then((exit) => endingOf(exit, done)), onVanished()])
    await machine.kill()
    return ending
  }
