import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { fileURLToPath } from 'node:url'
import { hasGuestSystem } from '../../../test/require.ts'
import type { MachineInputs } from '../src/machine-type.ts'
import type { Rig } from './rig.ts'
import { apply, aTarget, consoleOf, freePort, get, kill, openRig, present, processesIn, remove } from './rig.ts'

const file = (name: string): string => fileURLToPath(new URL(`../../../examples/local-vms/.cache/${name}`, import.meta.url))
const patience = 180_000

describe.skipIf(!hasGuestSystem())('a machine with a kernel', () => {
  let rig: Rig
  beforeAll(async () => {
    rig = await openRig({ driver: 'qemu', accel: 'tcg', shutdownTimeout: 60_000 })
  })
  afterAll(async () => {
    await rig[Symbol.asyncDispose]()
  })

  const boot = async (over: Partial<MachineInputs>) => {
    const target = aTarget()
    const files = { kernel: file('vmlinuz'), initrd: file('initrd.gz'), cmdline: 'console=ttyS0 quiet panic=-1' }
    await apply(rig, 'create', target, { cpus: 1, memory: 128 * 2 ** 20, ...files, ...over })
    return target
  }
  type Target = Awaited<ReturnType<typeof boot>>
  const status = async (target: Target) => (await present(rig, target)).status
  // As long as a boot in software may take on a busy host.
  const eventually = async (what: string, condition: () => Promise<boolean>): Promise<void> => {
    for (const last = Date.now() + patience / 2; Date.now() < last; await delay(100)) if (await condition()) return
    throw new Error(`it never happened: ${what}`)
  }
  const ends = async (target: Target) => {
    await eventually('it ends', async () => (await status(target)).kind === 'stopped')
    return status(target)
  }

  it(
    'says whether its guest powered it off, rebooted it or panicked',
    async () => {
      const inits = ['poweroff -f', 'reboot -f', 'echo c > /proc/sysrq-trigger']
      const targets = await Promise.all(inits.map((init) => boot({ init })))
      expect(await Promise.all(targets.map(ends))).toEqual([
        { kind: 'stopped', why: 'powered off by its guest' },
        { kind: 'stopped', why: 'rebooted by its guest' },
        { kind: 'stopped', why: 'its guest panicked' },
      ])
      expect(await processesIn(rig.folder)).toEqual([])
    },
    patience,
  )

  it(
    'serves what its init says over a forwarded port, knows its disks by name, and shuts down when asked',
    async () => {
      const port = await freePort()
      const init =
        'mkdir /www; cat /sys/block/vda/serial > /www/index.html; echo " $FORGE_MEMBER $GIVEN" >> /www/index.html; httpd -p $PORT -h /www'
      const given = { init, port, guestPort: 80, environment: { GIVEN: `it's given` }, disks: [{ name: 'data', size: 2 ** 20 }] }
      const target = await boot(given)
      let page: string | null = null
      await eventually('it answers', async () => (page = await get(port)) !== null)
      expect(page).toBe(`data lab-web-1 it's given\n`)
      kill((await present(rig, target)).outputs.pid ?? 0, 'SIGTERM')
      expect(await ends(target)).toEqual({ kind: 'stopped', why: 'shut down' })
      expect(await consoleOf(rig, target)).toContain('init: power button')
      await remove(rig, target)
    },
    patience,
  )
})
