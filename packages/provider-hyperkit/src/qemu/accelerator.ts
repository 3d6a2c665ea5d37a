import { spawn } from 'node:child_process'
import { once } from 'node:events'
import type { FileHandle } from 'node:fs/promises'
import { access, constants, open, unlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { send } from '../processes.ts'
import { dieTogether } from '../supervisor/die-together.ts'

/**
 * Whether KVM really boots here, found out by booting a sector that switches itself off with a code. /dev/kvm may be
 * there, and may even run the first instructions, and still hang in the firmware: some nested hypervisors do.
 */
export const kvmBoots = async (qemu: string): Promise<boolean> => {
  if (!(await isUsable('/dev/kvm'))) return false
  await using disk = await namelessFile(sector)
  return boots(qemu, disk)
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
const [goodCode, patienceMs] = [33, 2000]

const boots = async (qemu: string, disk: FileHandle): Promise<boolean> => {
  const machine = ['-accel', 'kvm', '-machine', 'pc', '-nodefaults', '-no-user-config', '-display', 'none', '-m', '16', '-boot', 'a']
  const exit = ['-device', 'isa-debug-exit,iobase=0xf4,iosize=1', '-drive', 'if=floppy,format=raw,file=/dev/fd/5']
  const stdio = ['ignore', 'ignore', 'ignore', 'pipe', 'ignore', disk.fd] as const
  const child = spawn('/bin/sh', dieTogether([qemu, ...machine, ...exit]), { detached: true, stdio: [...stdio] })
  const ended = once(child, 'exit').then(([code]) => code === goodCode)
  const answer = await Promise.race([ended, delay(patienceMs, false)])
  if (child.pid !== undefined) send(-child.pid, 'SIGKILL')
  await ended
  return answer
}
