import { spawn } from 'node:child_process'
import { once } from 'node:events'
import type { FileHandle } from 'node:fs/promises'
import { access, constants, open, unlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { send } from '../processes.ts'
import { dieTogether } from '../supervisor/die-together.ts'

/** Whether KVM really boots machines here; answers within 2 s. */
export const kvmBoots = async (qemu: string): Promise<boolean> => (await isUsable('/dev/kvm')) && bootsWith('kvm', qemu, 2000)

/**
 * Whether a machine boots, found out with a boot sector that switches it off with a code. /dev/kvm may be there, and may
 * even run the first instructions, and still hang in the firmware: some nested hypervisors do.
 */
export const bootsWith = async (accelerator: 'kvm' | 'tcg', qemu: string, patienceMs: number): Promise<boolean> => {
  await using disk = await namelessFile(sector)
  const stdio = ['ignore', 'ignore', 'ignore', 'pipe', 'ignore', disk.fd] as const
  const child = spawn('/bin/sh', dieTogether([qemu, '-accel', accelerator, ...probe]), { detached: true, stdio: [...stdio] })
  const ended = once(child, 'exit').then(([code]) => code === goodCode)
  const answer = await Promise.race([ended, delay(patienceMs, false)])
  if (child.pid !== undefined) send(-child.pid, 'SIGKILL')
  await ended
  return answer
}

const isUsable = (path: string): Promise<boolean> =>
  access(path, constants.R_OK | constants.W_OK).then(
    () => true,
    () => false,
  )

// Whoever is killed meanwhile leaves no file behind.
const namelessFile = async (content: Uint8Array): Promise<FileHandle> => {
  const path = join(tmpdir(), `forge-kvm-${process.pid}-${process.hrtime.bigint()}`)
  const file = await open(path, 'wx+', 0o600)
  await unlink(path)
  await file.writeFile(content)
  return file
}

// mov al, 16; out 0xf4, al; hlt; jmp back. The debug device makes it exit code 16 * 2 + 1.
const sector = Buffer.concat([Buffer.from([0xb0, 0x10, 0xe6, 0xf4, 0xf4, 0xeb, 0xfd]), Buffer.alloc(503), Buffer.from([0x55, 0xaa])])
const goodCode = 33
const probe = '-machine pc -nodefaults -no-user-config -display none -m 16 -boot a -device isa-debug-exit,iobase=0xf4,iosize=1'
  .split(' ')
  .concat('-drive', 'if=floppy,format=raw,file=/dev/fd/5')
