import type { Diagnostic } from '@forgeplan/model'
import type { Wanted } from '@forgeplan/sdk'
import { ProviderError } from '@forgeplan/sdk'
import type { Driver } from '../driver.ts'
import type { MachineInputs } from '../machine-type.ts'
import { findProgram, realDriver } from '../real-machine.ts'
import { kvmBoots } from './accelerator.ts'
import { qemuArgv } from './argv.ts'

/** The provider's settings for qemu machines. */
export interface QemuSettings {
  /** What relative paths start from. */
  readonly base: string
  /** A name to be found on the PATH, or a path. */
  readonly program: string
  readonly accel: 'auto' | 'kvm' | 'tcg'
  /** Milliseconds that a machine may take to shut down. */
  readonly graceMs: number
}

/** Machines in qemu, each a process of its own. */
export const qemuDriver = (settings: QemuSettings): Driver => {
  let found: Promise<Found> | undefined
  // Found out once per run, and only when a machine is started.
  const find = (): Promise<Found> => (found ??= findQemu(settings))
  return realDriver({
    name: 'qemu',
    graceMs: settings.graceMs,
    base: settings.base,
    async command(home, { hostname }, inputs) {
      const { program, accelerator } = await find()
      return [program, ...qemuArgv({ uid: home.uid, hostname, inputs, accelerator })]
    },
    problems,
  })
}

interface Found {
  readonly program: string
  readonly accelerator: 'kvm' | 'tcg'
}

const findQemu = async ({ base, program: name, accel }: QemuSettings): Promise<Found> => {
  const program = await findProgram(name, base)
  if (program === null)
    throw new ProviderError('invalid', 'qemu is not found. Install it (Debian: qemu-system-x86, macOS: qemu), or set its path as "qemu".')
  if (accel === 'tcg') return { program, accelerator: 'tcg' }
  const kvm = await kvmBoots(program)
  if (!kvm && accel === 'kvm') throw new ProviderError('invalid', 'KVM does not boot a machine on this host. Set accel to auto or tcg.')
  return { program, accelerator: kvm ? 'kvm' : 'tcg' }
}

const problems = ({ address, inputs }: Wanted<MachineInputs>): readonly Diagnostic[] => {
  if (inputs.kernel !== undefined || inputs.iso !== undefined || (inputs.disks?.length ?? 0) > 0) return []
  const detail = `${address} has no kernel, no iso and no disk, so there is nothing that it could boot.`
  return [{ severity: 'warning', code: 'FORGE5206', summary: 'A machine with nothing to boot', detail, address }]
}
