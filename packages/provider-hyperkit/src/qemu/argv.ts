import { createHash } from 'node:crypto'
import { fileNames } from '../home/home.ts'
import { diskFile } from '../home/disks.ts'
import type { MachineInputs } from '../machine-type.ts'

/** What the arguments of a qemu machine depend on. Files of the host are absolute paths. */
export interface QemuSpec {
  readonly uid: string
  readonly hostname: string
  readonly inputs: MachineInputs
  readonly accelerator: 'kvm' | 'tcg'
}

/**
 * The arguments of qemu, for the machine's directory as working directory: a PC with a serial line on standard output,
 * its monitor on descriptor 4, and the data image in the second CD-ROM drive. No secrets.
 */
export const qemuArgv = ({ uid, hostname, inputs, accelerator }: QemuSpec): readonly string[] =>
  [
    ['-nodefaults', '-no-user-config', '-display', 'none', '-vga', 'none', '-no-reboot'],
    ['-name', hostname, '-uuid', uid, '-machine', 'pc', ...accelerators[accelerator]],
    ['-smp', String(inputs.cpus), '-m', `${Math.ceil(inputs.memory / 2 ** 20)}M`, '-rtc', 'base=utc'],
    ['-chardev', 'stdio,id=com1,signal=off', '-serial', 'chardev:com1'],
    ['-chardev', 'socket,id=qmp,fd=4', '-mon', 'chardev=qmp,mode=control'],
    ['-object', 'rng-random,id=rng0,filename=/dev/urandom', '-device', 'virtio-rng-pci,rng=rng0', '-device', 'pvpanic'],
    bootArguments(inputs),
    (inputs.disks ?? []).flatMap(({ name }, index) => diskArguments(name, index)),
    ['-drive', `if=ide,index=2,media=cdrom,readonly=on,format=raw,file=${fileNames.image}`],
    network(uid, inputs),
  ].flat()

// Small translation buffers: their default takes more memory than a small machine. Source: qemu's -accel help.
const accelerators = { kvm: ['-accel', 'kvm', '-cpu', 'host'], tcg: ['-accel', 'tcg,tb-size=32'] } as const

const bootArguments = ({ kernel, initrd, cmdline, iso }: MachineInputs): readonly string[] => [
  ...(iso === undefined ? [] : ['-drive', `if=ide,index=0,media=cdrom,readonly=on,format=raw,file=${quoted(iso)}`]),
  ...(kernel === undefined ? ['-boot', iso === undefined ? 'order=c' : 'order=dc'] : ['-kernel', kernel]),
  ...(kernel === undefined || initrd === undefined ? [] : ['-initrd', initrd]),
  ...(kernel === undefined ? [] : ['-append', cmdline ?? 'console=ttyS0']),
]

// The serial number is the disk's name, by which the guest knows it in whatever order the drives are found.
const diskArguments = (name: string, index: number): readonly string[] => {
  const drive = `if=none,id=disk${index},format=raw,discard=unmap,file=${diskFile(name)}`
  return ['-drive', drive, '-device', `virtio-blk-pci,drive=disk${index},serial=${name}`]
}

// Without its boot ROM the card does not delay the boot.
const network = (uid: string, { network, port, guestPort, forward }: MachineInputs): readonly string[] => {
  if (network === 'none') return []
  const own = port === undefined ? [] : [{ host: port, guest: guestPort ?? port }]
  const forwards = [...own, ...(forward ?? [])].map(({ host, guest }) => `,hostfwd=tcp:127.0.0.1:${host}-:${guest}`)
  return ['-netdev', `user,id=net0${forwards.join('')}`, '-device', `virtio-net-pci,netdev=net0,romfile=,mac=${macOf(uid)}`]
}

/** The machine's own network address, always the same: qemu's prefix and three bytes of a hash of the uid. */
const macOf = (uid: string): string =>
  `52:54:00:${createHash('sha256').update(uid).digest('hex').slice(0, 6).match(/../g)?.join(':') ?? ''}`

// In qemu's option lists a comma stands for itself when it is doubled.
const quoted = (path: string): string => path.replaceAll(',', ',,')
