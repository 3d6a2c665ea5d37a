import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'

/** What some tests need and a host may not have. */
type Part = 'iso' | 'qemu' | 'tmux' | 'vcsim'

const required: ReadonlySet<string> = new Set((process.env['FORGE_REQUIRE'] ?? '').split(',').map((part) => part.trim()))

/**
 * Whether tests that need a part can be run here. Where `missing` says what is not there they are skipped, loudly.
 * @throws Error where FORGE_REQUIRE names the part.
 */
const isThere = (part: Part, missing: string | null): boolean => {
  if (missing === null) return true
  if (required.has(part)) throw new Error(`FORGE_REQUIRE names ${part}, but it cannot be had: ${missing}`)
  console.warn(`SKIPPED, since there is no ${part} here: ${missing}`)
  return false
}

/** Whether real machines can be run in qemu. @throws Error where FORGE_REQUIRE names qemu and they cannot. */
export const hasQemu = (): boolean => {
  if (process.platform !== 'linux') return isThere('qemu', 'the tests look at processes through /proc')
  const { error } = spawnSync('qemu-system-x86_64', ['--version'])
  return isThere('qemu', error === undefined ? null : 'qemu-system-x86_64 is not on the PATH (Debian: qemu-system-x86)')
}

/** Whether they can, and what they boot can be made, or stands already. @throws Error as `hasQemu`. */
export const hasGuestSystem = (): boolean => {
  if (!hasQemu()) return false
  const { status, stderr } = spawnSync(process.execPath, ['examples/local-vms/prepare.mjs'], {
    cwd: new URL('..', import.meta.url).pathname,
    encoding: 'utf8',
  })
  return isThere('qemu', status === 0 ? null : `the guest system cannot be made: ${stderr.trim()}`)
}

/** Whether bootable CD-ROM images can be packed. @throws Error where FORGE_REQUIRE names iso and they cannot. */
export const hasPacker = (): boolean => {
  const missing = ['/usr/bin/xorriso', '/usr/lib/ISOLINUX/isolinux.bin', '/usr/lib/syslinux/modules/bios/ldlinux.c32'].filter(
    (path) => !existsSync(path),
  )
  return isThere('iso', missing.length === 0 ? null : `${missing.join(', ')} is missing (Debian: xorriso isolinux)`)
}

/** Whether the built command can be watched in a real terminal. @throws Error where FORGE_REQUIRE names tmux and it cannot. */
export const hasTmux = (): boolean => {
  const { error } = spawnSync('tmux', ['-V'])
  return isThere('tmux', error === undefined ? null : 'tmux is not on the PATH (Debian: tmux)')
}

/** Whether a simulated vCenter can be started; built where it is not there yet. @throws Error where FORGE_REQUIRE names vcsim and it cannot. */
export const hasVcsim = (): boolean => {
  const { status, stderr } = spawnSync(process.execPath, ['scripts/vcsim.mjs', '--build'], {
    cwd: new URL('..', import.meta.url).pathname,
    encoding: 'utf8',
  })
  return isThere('vcsim', status === 0 ? null : stderr.trim())
}
