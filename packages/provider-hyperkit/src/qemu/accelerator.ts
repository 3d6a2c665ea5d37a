import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { access, constants, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/**
 * Whether KVM really boots here, found out by booting a sector that switches itself off with a code. /dev/kvm may be
 * there, and may even run the first instructions, and still hang in the firmware: some nested hypervisors do.
 */
export const kvmBoots = async (qemu: string): Promise<boolean> => {
  if (!(await isUsable('/dev/kvm'))) return false
  const directory = await mkdtemp(join(tmpdir(), 'forge-kvm-'))
  try {
    await writeFile(join(directory, 'boot'), sector)
    return await boots(qemu, directory)
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}

const isUsable = (path: string): Promise<boolean> =>
  access(path, constants.R_OK | constants.W_OK).then(
    () => true,
    () => false,
  )

// mov al, 16; out 0xf4, al; hlt; jmp back. The debug device makes it exit code 16 * 2 + 1.
const sector = Buffer.concat([Buffer.from([0xb0, 0x10, 0xe6, 0xf4, 0xf4, 0xeb, 0xfd]), Buffer.alloc(503), Buffer.from([0x55, 0xaa])])
const [goodCode, patienceMs] = [33, 2000]

const boots = async (qemu: string, directory: string): Promise<boolean> => {
  const signal = AbortSignal.timeout(patienceMs)
  const args = ['-accel', 'kvm', '-machine', 'pc', '-nodefaults', '-no-user-config', '-display', 'none', '-m', '16', '-boot', 'a']
  const exit = ['-device', 'isa-debug-exit,iobase=0xf4,iosize=1', '-drive', 'if=floppy,format=raw,file=boot']
  const child = spawn(qemu, [...args, ...exit], { cwd: directory, stdio: 'ignore', signal, killSignal: 'SIGKILL' })
  try {
    const [code] = (await once(child, 'exit')) as [number | null]
    return code === goodCode
  } catch {
    return false
  }
}
