import { expect, test } from 'vitest'
import { hyperkitArgv } from '../src/hyperkit/argv.ts'
import { endingOf as hyperkitEnding } from '../src/hyperkit/ending.ts'
import { hyperkitDriver } from '../src/hyperkit/driver.ts'
import { effectOf } from '../src/machine-type.ts'
import { qemuArgv } from '../src/qemu/argv.ts'
import { endingOf } from '../src/qemu/ending.ts'
import type { Exit } from '../src/supervisor/hypervisor.ts'

const uid = '5e2f8a90-1111-5222-8333-444455556666'
const whole = {
  cpus: 2,
  memory: 2 ** 30,
  kernel: '/boot/vmlinuz',
  initrd: '/boot/initrd',
  iso: '/images/a,b.iso',
  port: 8080,
  guestPort: 80,
  forward: [{ host: 2222, guest: 22 }],
  disks: [
    { name: 'root', size: 1 },
    { name: 'data', size: 2 },
  ],
}

test('the arguments of qemu', () => {
  expect(qemuArgv({ uid, hostname: 'lab-web-1', inputs: whole, accelerator: 'tcg' }).join(' ').split(' -')).toMatchInlineSnapshot(`
    [
      "-nodefaults",
      "no-user-config",
      "display none",
      "vga none",
      "no-reboot",
      "name lab-web-1",
      "uuid 5e2f8a90-1111-5222-8333-444455556666",
      "machine pc",
      "accel tcg,tb-size=32",
      "smp 2",
      "m 1024M",
      "rtc base=utc",
      "chardev stdio,id=com1,signal=off",
      "serial chardev:com1",
      "chardev socket,id=qmp,fd=4",
      "mon chardev=qmp,mode=control",
      "object rng-random,id=rng0,filename=/dev/urandom",
      "device virtio-rng-pci,rng=rng0",
      "device pvpanic",
      "drive if=ide,index=0,media=cdrom,readonly=on,format=raw,file=/images/a,,b.iso",
      "kernel /boot/vmlinuz",
      "initrd /boot/initrd",
      "append console=ttyS0",
      "drive if=none,id=disk0,format=raw,discard=unmap,file=disk-root.img",
      "device virtio-blk-pci,drive=disk0,serial=root",
      "drive if=none,id=disk1,format=raw,discard=unmap,file=disk-data.img",
      "device virtio-blk-pci,drive=disk1,serial=data",
      "drive if=ide,index=2,media=cdrom,readonly=on,format=raw,file=data.iso",
      "netdev user,id=net0,hostfwd=tcp:127.0.0.1:8080-:80,hostfwd=tcp:127.0.0.1:2222-:22",
      "device virtio-net-pci,netdev=net0,romfile=,mac=52:54:00:33:11:a2",
    ]
  `)
})

test('qemu without a kernel boots from the iso, then from the disk', () => {
  const { kernel: _, initrd: __, ...inputs } = whole
  const argv = qemuArgv({ uid, hostname: 'x', inputs, accelerator: 'kvm' })
  expect(argv[argv.indexOf('-boot') + 1]).toBe('order=dc')
  expect(argv[argv.indexOf('-accel') + 1]).toBe('kvm')
  expect(argv).not.toContain('-append')
})

test('a machine without a network has no card', () => {
  const argv = qemuArgv({ uid, hostname: 'x', inputs: { cpus: 1, memory: 1, network: 'none', port: 80 }, accelerator: 'tcg' })
  expect(argv.join(' ')).not.toContain('netdev')
})

test('the arguments of hyperkit: slots count up in the order of its own wrapper', () => {
  const argv = hyperkitArgv({ uid, inputs: whole, vpnkit: '/run/vpnkit.eth.sock', bootrom: null })
  expect(argv.join(' ').split(' -')).toMatchInlineSnapshot(`
    [
      "-A",
      "u",
      "F hypervisor.pid",
      "c 2",
      "m 1024M",
      "s 0:0,hostbridge",
      "s 31,lpc",
      "s 1:0,virtio-vpnkit,path=/run/vpnkit.eth.sock,uuid=5e2f8a90-1111-5222-8333-444455556666",
      "U 5e2f8a90-1111-5222-8333-444455556666",
      "s 2:0,virtio-blk,disk-root.img",
      "s 3:0,virtio-blk,disk-data.img",
      "s 4,ahci-cd,/images/a,b.iso",
      "s 5,ahci-cd,data.iso",
      "s 6,virtio-rnd",
      "l com1,autopty=tty,log=console-ring",
      "f kexec,/boot/vmlinuz,/boot/initrd,earlyprintk=serial console=ttyS0",
    ]
  `)
})

test('the arguments of hyperkit with firmware and without a network', () => {
  const inputs = { cpus: 1, memory: 2 ** 29, iso: '/a.iso', network: 'none' as const }
  expect(hyperkitArgv({ uid, inputs, vpnkit: '/run/vpnkit.eth.sock', bootrom: '/UEFI.fd' }).join(' ').split(' -')).toMatchInlineSnapshot(`
    [
      "-A",
      "u",
      "F hypervisor.pid",
      "c 1",
      "m 512M",
      "s 0:0,hostbridge",
      "s 31,lpc",
      "U 5e2f8a90-1111-5222-8333-444455556666",
      "s 1,ahci-cd,/a.iso",
      "s 2,ahci-cd,data.iso",
      "s 3,virtio-rnd",
      "l com1,autopty=tty,log=console-ring",
      "f bootrom,/UEFI.fd,,",
    ]
  `)
})

test.skipIf(process.platform === 'darwin')('the hyperkit driver is refused elsewhere than on macOS, and says what to use', () => {
  const open = () => hyperkitDriver({ base: '/', program: 'hyperkit', vpnkit: null, bootrom: null, graceMs: 0 })
  expect(open).toThrow(expect.objectContaining({ kind: 'invalid', message: expect.stringContaining('set driver to qemu') }))
})

const quiet = { reason: null, panicked: false }
const nothing = { pressed: false, pulled: false }
const exit = (code: number, signal: Exit['signal'] = null, lastWords = ''): Exit => ({ code, signal, lastWords })

test.each([
  ['powered off by its guest', exit(0), { reason: 'guest-shutdown', panicked: false }, nothing],
  ['shut down', exit(0), { reason: 'guest-shutdown', panicked: false }, { pressed: true, pulled: false }],
  ['rebooted by its guest', exit(0), { reason: 'guest-reset', panicked: false }, nothing],
  ['its guest panicked', exit(0), { reason: 'guest-reset', panicked: true }, nothing],
  ['powered off by force', exit(0), { reason: 'host-qmp-quit', panicked: false }, { pressed: true, pulled: true }],
  ['powered off by force', exit(137, 'SIGKILL'), quiet, { pressed: true, pulled: true }],
  ['terminated from outside', exit(0), { reason: 'host-signal', panicked: false }, nothing],
  ['killed', exit(137, 'SIGKILL'), quiet, nothing],
  ['crashed (SIGABRT)', exit(134, 'SIGABRT'), quiet, nothing],
  ['exit code 1 (no such option)', exit(1, null, 'no such option'), quiet, nothing],
] as const)('qemu: %s', (why, ended, seen, done) => {
  expect(endingOf(ended, seen, done)).toEqual({ code: ended.code, why })
})

test.each([
  ['powered off by its guest', exit(0), nothing],
  ['shut down', exit(0), { pressed: true, pulled: false }],
  ['rebooted by its guest', exit(2), nothing],
  ['crashed (triple fault)', exit(3), nothing],
  ['killed', exit(137, 'SIGKILL'), nothing],
  ['powered off by force', exit(137, 'SIGKILL'), { pressed: true, pulled: true }],
  ['exit code 100', exit(100), nothing],
] as const)('hyperkit: %s', (why, ended, done) => {
  expect(hyperkitEnding(ended, done)).toEqual({ code: ended.code, why })
})

const disk = (name: string, size: number) => ({ name, size })

test.each([
  ['restart', [disk('a', 1)], [disk('a', 2)]],
  ['restart', [disk('a', 1)], [disk('a', 1), disk('b', 1)]],
  ['restart', undefined, [disk('b', 1)]],
  ['replace', [disk('a', 1), disk('b', 1)], [disk('a', 1)]],
  ['replace', [disk('a', 1)], undefined],
  ['refuse', [disk('a', 2)], [disk('a', 1)]],
] as const)('disks: a %s', (effect, before, after) => {
  expect(effectOf('disks', before, after)).toBe(effect)
})
