import type { Address, Diagnostic } from '@forgeplan/model'
import type { Wanted } from '@forgeplan/sdk'
import { ProviderError } from '@forgeplan/sdk'
import { resolve } from 'node:path'
import type { Driver } from '../driver.ts'
import type { MachineInputs } from '../machine-type.ts'
import { findProgram, realDriver } from '../real-machine.ts'
import { hyperkitArgv } from './argv.ts'

/** The provider's settings for hyperkit machines. */
export interface HyperkitSettings {
  /** What relative paths start from. */
  readonly base: string
  readonly program: string
  readonly vpnkit: string | null
  readonly bootrom: string | null
  /** Milliseconds that a machine may take to shut down. */
  readonly graceMs: number
}

/** Machines in hyperkit; only the arguments are tested, since no macOS was at hand. @throws ProviderError `invalid` elsewhere than on macOS. */
export const hyperkitDriver = (settings: HyperkitSettings): Driver => {
  if (process.platform !== 'darwin')
    throw new ProviderError('invalid', 'The hyperkit driver runs on macOS only. On this system set driver to qemu, or to stub.')
  return realDriver({
    name: 'hyperkit',
    graceMs: settings.graceMs,
    base: settings.base,
    async command(home, _spec, inputs) {
      const program = await findProgram(settings.program, settings.base)
      if (program === null) throw new ProviderError('invalid', 'hyperkit is not found. Install it, or set its path as "hyperkit".')
      const bootrom = settings.bootrom === null ? null : resolve(settings.base, settings.bootrom)
      return [program, ...hyperkitArgv({ uid: home.uid, inputs, vpnkit: settings.vpnkit, bootrom })]
    },
    problems: (wanted) => problems(wanted, settings.bootrom),
  })
}

const problems = ({ address, inputs }: Wanted<MachineInputs>, bootrom: string | null): readonly Diagnostic[] => {
  const boots = inputs.kernel !== undefined || bootrom !== null
  const forwards = inputs.port !== undefined || inputs.forward !== undefined
  return [...(boots ? [] : [nothingToBoot(address)]), ...(forwards ? [noPorts(address)] : [])]
}

const nothingToBoot = (address: Address): Diagnostic => ({
  severity: 'error',
  code: 'FORGE5206',
  summary: 'A machine with nothing to boot',
  detail: `${address} has no kernel; to boot from an iso or a disk, hyperkit needs the provider's "bootrom".`,
  address,
})

const noPorts = (address: Address): Diagnostic => ({
  severity: 'error',
  code: 'FORGE5207',
  summary: 'No forwarded ports under hyperkit',
  detail: `${address} has a port of the host, but the hyperkit driver forwards none. Take out port and forward, or use the qemu driver.`,
  address,
})
