import { diskFile } from '../home/disks.ts'
import { fileNames } from '../home/home.ts'
import type { MachineInputs } from '../machine-type.ts'

/** What the arguments of a hyperkit machine depend on. Files of the host are absolute paths. */
export interface HyperkitSpec {
  readonly uid: string
  readonly inputs: MachineInputs
  /** VPNKit's ethernet socket, for the user-mode network. */
  readonly vpnkit: string | null
  /** Firmware, to boot without a kernel. */
  readonly bootrom: string | null
}

/**
 * The arguments of hyperkit, for the machine's directory as working directory; slots count up from 1 in the order of
 * hyperkit's own Go wrapper (go/hyperkit.go): network, disks, CD-ROMs, random numbers. No secrets.
 */
export const hyperkitArgv = ({ uid, inputs, vpnkit, bootrom }: HyperkitSpec): readonly string[] => {
  const network = inputs.network === 'none' || vpnkit === null ? [] : [`virtio-vpnkit,path=${vpnkit},uuid=${uid}`]
  return [
    ['-A', '-u', '-F', fileNames.hypervisorPid, '-c', String(inputs.cpus), '-m', `${Math.ceil(inputs.memory / 2 ** 20)}M`],
    ['-s', '0:0,hostbridge', '-s', '31,lpc'],
    slots(1, network),
    ['-U', uid],
    slots(1 + network.length, devices(inputs)),
    ['-l', `com1,autopty=${fileNames.tty},log=${fileNames.console}`, '-f', firmware(inputs, bootrom)],
  ].flat()
}

const slots = (first: number, devices: readonly string[]): readonly string[] =>
  devices.flatMap((device, index) => ['-s', `${slotOf(first + index, device)},${device}`])

// CD-ROMs and what follows them have no function number.
const slotOf = (slot: number, device: string): string => (/^virtio-(vpnkit|blk)/.test(device) ? `${slot}:0` : String(slot))

const devices = ({ disks, iso }: MachineInputs): readonly string[] => [
  ...(disks ?? []).map(({ name }) => `virtio-blk,${diskFile(name)}`),
  ...(iso === undefined ? [] : [`ahci-cd,${iso}`]),
  `ahci-cd,${fileNames.image}`,
  'virtio-rnd',
]

const firmware = ({ kernel, initrd, cmdline }: MachineInputs, bootrom: string | null): string =>
  kernel === undefined ? `bootrom,${bootrom ?? ''},,` : `kexec,${kernel},${initrd ?? ''},earlyprintk=serial ${cmdline ?? 'console=ttyS0'}`
