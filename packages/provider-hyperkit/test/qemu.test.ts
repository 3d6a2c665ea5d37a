import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { appendFile, cp, mkdir, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { hasQemu } from '../../../test/require.ts'
import { scale } from '../../../test/scale.ts'
import { bootsWith, kvmBoots } from '../src/qemu/accelerator.ts'
import type { MachineInputs } from '../src/machine-type.ts'
import type { Rig } from './rig.ts'
import { aCall, apply, aTarget, consoleOf, freePort, kill, look, openAt, openRig, present, processesIn, remove, until } from './rig.ts'

const kills = scale === 'full' ? 20 : 6

type Target = ReturnType<typeof aTarget>

const settings = { driver: 'qemu', accel: 'tcg', shutdownTimeout: 200 }
// Nothing to boot: the firmware waits for ever, which is all that these facts need.
const bare = (over: Partial<MachineInputs> = {}): MachineInputs => ({ cpus: 1, memory: 32 * 2 ** 20, network: 'none', ...over })

describe.skipIf(!hasQemu())('a machine in qemu', () => {
  let rig: Rig
  beforeEach(async () => {
    rig = await openRig(settings)
  })
  afterEach(async () => {
    await rig[Symbol.asyncDispose]()
  })

  const statusOf = async (target: Target) => (await present(rig, target)).status
  const stops = (target: Target): Promise<void> => until('it stops', async () => (await statusOf(target)).kind === 'stopped')
  const nothingRuns = (): Promise<void> => until('nothing runs', async () => (await processesIn(rig.folder)).length === 0)
  const qemuOf = async (target: Target): Promise<number> => {
    const pids = await processesIn(join(rig.root, target.uid))
    const found = pids.find((pid) => commandOf(pid).startsWith('/usr/bin/qemu-system') || commandOf(pid).startsWith('qemu-system'))
    if (found === undefined) throw new Error('no qemu runs there')
    return found
  }
  const made = async (over: Partial<MachineInputs> = {}): Promise<Target> => {
    const target = aTarget()
    await apply(rig, 'create', target, bare(over))
    return target
  }

  describe('that ends', () => {
    it.each([
      ['SIGKILL', { kind: 'stopped', why: 'killed' }],
      ['SIGSEGV', { kind: 'stopped', why: 'crashed (SIGSEGV)' }],
      ['SIGTERM', { kind: 'stopped', why: 'terminated from outside' }],
    ] as const)('by %s to qemu says so, leaves nothing running, and is restarted with its uid', async (signal, status) => {
      const target = await made()
      kill(await qemuOf(target), signal)
      await stops(target)
      expect(await statusOf(target)).toEqual(status)
      await nothingRuns()
      await apply(rig, 'restart', target, bare())
      expect(await statusOf(target)).toEqual({ kind: 'running' })
    })

    it('dies with its supervisor', async () => {
      const target = await made()
      kill((await present(rig, target)).outputs.pid ?? 0)
      await nothingRuns()
      expect(await statusOf(target)).toEqual({ kind: 'stopped', why: 'killed' })
    })

    it('loses its plug when it ignores the power button', async () => {
      const target = await made()
      kill((await present(rig, target)).outputs.pid ?? 0, 'SIGTERM')
      await delay(300)
      expect(await statusOf(target)).toEqual({ kind: 'running' })
      kill((await present(rig, target)).outputs.pid ?? 0, 'SIGINT')
      await stops(target)
      expect(await statusOf(target)).toEqual({ kind: 'stopped', why: 'powered off by force' })
    })

    it('is killed when not even qemu reacts any more', async () => {
      const target = await made()
      kill(await qemuOf(target), 'SIGSTOP')
      await remove(rig, target)
      await nothingRuns()
      expect(readdirSync(rig.root)).toEqual([])
    })

    it('ends by itself when its directory is removed under it', async () => {
      const target = await made()
      await rm(join(rig.root, target.uid), { recursive: true })
      await nothingRuns()
    })
  })

  describe('that does not start', () => {
    it('says what qemu said', async () => {
      const port = await freePort()
      const holder = await made({ network: 'user', port })
      const error = await apply(rig, 'create', aTarget(), bare({ network: 'user', port })).catch((thrown: unknown) => thrown)
      expect(error).toMatchObject({ kind: 'transient' })
      expect(String(error)).toContain('Could not set up host forwarding')
      await remove(rig, holder)
    })

    it('is invalid without its kernel, and nothing is left running', async () => {
      await expect(apply(rig, 'create', aTarget(), bare({ kernel: 'no-such-file' }))).rejects.toMatchObject({ kind: 'invalid' })
      expect(await processesIn(rig.folder)).toEqual([])
    })

    it('is invalid without qemu', async () => {
      const session = await openAt(rig.folder, { ...settings, qemu: 'no-such-qemu' })
      const handler = session.handlers.get('hyperkit/machine' as never)
      const call = handler?.apply('create', aTarget(), bare(), { kind: 'absent' }, aCall())
      await expect(call).rejects.toMatchObject({ kind: 'invalid' })
    })
  })

  it('takes no stale process file and no reused process number for running', async () => {
    const target = await made()
    kill(await qemuOf(target))
    await stops(target)
    const directory = join(rig.root, target.uid)
    const boot = (await readdir(directory)).find((name) => name.startsWith('boot.')) ?? ''
    const told = JSON.parse(readFileSync(join(directory, boot), 'utf8')) as object
    await writeFile(join(directory, boot), JSON.stringify({ ...told, pid: process.pid }))
    await writeFile(join(directory, 'hyperkit.pid'), `${process.pid}\n`)
    expect((await statusOf(target)).kind).toBe('stopped')
    await remove(rig, target)
  })

  it('keeps its disks over a restart, and lets them grow', async () => {
    const target = await made({ disks: [{ name: 'data', size: 2 ** 20 }] })
    const file = join(rig.root, target.uid, 'disk-data.img')
    await writeFile(file, 'content', { flag: 'r+' })
    await apply(rig, 'restart', target, bare({ disks: [{ name: 'data', size: 2 ** 21 }] }))
    expect((await stat(file)).size).toBe(2 ** 21)
    expect(readFileSync(file, 'utf8').startsWith('content')).toBe(true)
  })

  it('that was booted from other content than the file holds now shows what it was booted from', async () => {
    await writeFile(join(rig.folder, 'boot.iso'), 'first')
    const desired = bare({ iso: 'boot.iso' })
    const target = await made({ iso: 'boot.iso' })
    expect((await present(rig, target)).inputs).toEqual(desired)
    await appendFile(join(rig.folder, 'boot.iso'), ' and more')
    expect((await present(rig, target)).inputs.iso).toMatch(/^boot\.iso \(sha256:[0-9a-f]{12}, before it was changed\)$/)
    await writeFile(join(rig.folder, 'boot.iso'), 'first')
    expect((await present(rig, target)).inputs).toEqual(desired)
    await writeFile(join(rig.folder, 'boot.iso'), 'third')
    await apply(rig, 'restart', target, desired)
    expect((await present(rig, target)).inputs).toEqual(desired)
    await rm(join(rig.folder, 'boot.iso'))
    expect((await present(rig, target)).inputs).toEqual(desired)
  })

  it('that another driver booted is restarted', async () => {
    const session = await openAt(rig.folder)
    const target = aTarget()
    await session.handlers.get('hyperkit/machine' as never)?.apply('create', target, bare(), { kind: 'absent' }, aCall())
    expect(await statusOf(target)).toEqual({ kind: 'stopped', why: 'booted by another driver' })
    await apply(rig, 'restart', target, bare())
    expect(await statusOf(target)).toEqual({ kind: 'running' })
    expect((await processesIn(rig.folder)).filter((pid) => commandOf(pid).includes('supervisor/main.js'))).toHaveLength(1)
  })

  it('is not touched when a copy of its directory is deleted', async () => {
    const [target, twin] = [await made(), aTarget()]
    await cp(join(rig.root, target.uid), join(rig.root, twin.uid), { recursive: true })
    await writeFile(join(rig.root, twin.uid, 'mark.json'), JSON.stringify(twin.mark))
    const qemu = await qemuOf(target)
    await remove(rig, twin)
    await delay(500)
    expect(await qemuOf(target)).toBe(qemu)
    expect(await statusOf(target)).toEqual({ kind: 'running' })
  })

  it('is one process however many start it at once', async () => {
    const target = aTarget()
    await Promise.all(Array.from({ length: 4 }, () => apply(rig, 'create', target, bare())))
    await until('the others are gone', async () => (await supervisors()).length === 1)
    expect(await supervisors()).toEqual([(await present(rig, target)).outputs.pid])
  })

  const supervisors = async (): Promise<readonly number[]> =>
    (await processesIn(rig.folder)).filter((pid) => commandOf(pid).includes('supervisor/main.js'))

  it('has problems in the plan: files that are missing, ports twice, nothing to boot', async () => {
    await mkdir(rig.root)
    const wanted = [
      { address: aTarget().address, inputs: bare({ kernel: 'none', port: 20_001, forward: [{ host: 20_001, guest: 22 }] }) },
      { address: aTarget().address, inputs: bare() },
    ]
    const problems = (await rig.handler.preflight?.(wanted, aCall())) ?? []
    expect(problems.map(({ code, severity }) => `${severity} ${code}`)).toEqual(['error FORGE5203', 'warning FORGE5206', 'error FORGE5205'])
  })

  it('leaves nothing behind whenever its supervisor or its qemu is killed', async () => {
    for (let round = 0; round < kills; round++) {
      const target = aTarget()
      const creating = apply(rig, 'create', target, bare()).catch(() => undefined)
      await delay(Math.random() * 400)
      const pids = await processesIn(rig.folder)
      for (const pid of pids) if (round % 2 === 0 || !commandOf(pid).includes('supervisor/main.js')) kill(pid)
      await creating
      if ((await look(rig, target)).kind === 'present') await remove(rig, target)
      await nothingRuns()
    }
    await until('nothing is left', () => readdirSync(rig.root).length === 0)
  })

  it('shows no secret on its console or in its arguments', async () => {
    const target = await made({ init: 'TOKEN=canary-in-init' })
    expect(await consoleOf(rig, target)).not.toContain('canary')
    expect((await processesIn(rig.folder)).map(commandOf).join()).not.toContain('canary')
  })
})

describe.skipIf(!hasQemu())('probing for KVM', () => {
  it('answers within seconds and leaves nothing behind, whatever /dev/kvm does', async () => {
    const answer = await kvmBoots('/usr/bin/qemu-system-x86_64')
    if (!existsSync('/dev/kvm')) expect(answer).toBe(false)
    expect(readdirSync(tmpdir()).filter((name) => name.startsWith('forge-kvm-'))).toEqual([])
  })

  it('is yes when the machine boots, as it does in software', async () => {
    expect(await bootsWith('tcg', '/usr/bin/qemu-system-x86_64', 20_000)).toBe(true)
  })

  it('is no when qemu cannot be run', async () => {
    expect(await bootsWith('tcg', '/no/such/qemu', 5000)).toBe(false)
  })
})

const commandOf = (pid: number): string => {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'latin1').replaceAll('\0', ' ')
  } catch {
    return ''
  }
}
