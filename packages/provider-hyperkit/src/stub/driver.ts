import type { Driver } from '../driver.ts'
import { send } from '../processes.ts'
import { startSupervised } from '../supervised.ts'
import { toArguments } from './command-line.ts'

/** No hypervisor: a supervisor process runs the machine's init in the machine's own directory. */
export const stubDriver: Driver = {
  hasGuest: true,
  graceMs: 5000,
  async start(home, spec, signal) {
    signal.throwIfAborted()
    await startSupervised(home, toArguments(home.uid, spec.inputs))
  },
  async shutDown(_home, boot) {
    send(boot.pid, 'SIGTERM')
  },
}
