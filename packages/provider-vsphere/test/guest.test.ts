import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Guest, Session, Target } from '@forgeplan/sdk'
import { afterAll, describe, expect, it } from 'vitest'
import { hasVcsim } from '../../../test/require.ts'
import { aCall, useRig } from './rig.ts'

// vcsim runs what is asked of a guest by the docker command; here that is a script, which runs it on this machine.
const folder = mkdtempSync(join(tmpdir(), 'provider-vsphere-guest-'))
afterAll(() => rmSync(folder, { recursive: true }))
const shim = join(import.meta.dirname, '../../vsphere-soap/test/support')
const env = { PATH: `${shim}:${process.env['PATH'] ?? ''}`, DOCKER_SHIM_STATE: folder, VCSIM_INSPECT_INTERVAL: '1s' }

const login = { guestUser: 'root', guestPassword: 'hunter2-canary' }
const container = { 'RUN.container': 'busybox', 'RUN.mountdmi': 'false' }
const folders = (): readonly string[] => readdirSync('/tmp').filter((name) => /^forge-[0-9a-f]{8}-/.test(name))
/** What commands have left since then. */
const leftSince = (before: readonly string[]) => (): readonly string[] => folders().filter((name) => !before.includes(name))

describe.skipIf(!hasVcsim())('the guest of a machine', () => {
  const rig = useRig(['-vm', '0'], { cluster: 'DC0_C0', ...login }, env)

  const madeWith = async (inputs: object): Promise<Target> => {
    const target = rig.target()
    const { id } = await rig.apply('create', target, { cpus: 1, ...inputs })
    return { ...target, id }
  }

  const guestOf = async (target: Target, { handlers }: Session = rig.session): Promise<Guest> => {
    const guest = await handlers.get(target.type)?.guest?.(target, { kind: 'absent' }, aCall())
    if (guest === undefined) throw new Error('no guest')
    return guest
  }

  const standing = async (): Promise<Guest> => {
    const target = await madeWith({ extraConfig: container })
    return guestOf(target)
  }

  it('runs a command as it is given, and tells what it wrote and how it ended', async () => {
    const before = folders()
    const guest = await standing()
    const argv = ['/bin/sh', '-c', 'printf "%s|" "$@"; echo oops >&2; exit 3', 'sh', "it's", '$HOME `id` ; > x', '', 'two\nlines']
    const ran = await guest.run(argv, aCall())
    expect(ran).toEqual({ exitCode: 3, stdout: "it's|$HOME `id` ; > x||two\nlines|", stderr: 'oops\n' })
    expect(await guest.run(['/bin/true'], aCall())).toEqual({ exitCode: 0, stdout: '', stderr: '' })
    expect((await guest.run(['no-such-command'], aCall())).exitCode).toBe(127)
    await expect.poll(leftSince(before), { timeout: 5000 }).toEqual([])
  })

  it('output beyond 64 KiB is dropped, and the command goes on', async () => {
    const guest = await standing()
    const { exitCode, stdout, stderr } = await guest.run(
      ['/bin/sh', '-c', 'head -c 300000 /dev/zero | tr "\\0" a; echo end >&2; exit 5'],
      aCall(),
    )
    expect([exitCode, stdout.length, stderr]).toEqual([5, 65_536, 'end\n'])
  })

  it('a command that is given up is ended, and leaves nothing', async () => {
    const before = folders()
    const guest = await standing()
    const stop = new AbortController()
    const file = join(folder, 'given-up')
    const patient = `trap 'echo ended > ${file}; exit' TERM; echo begun > ${file}; while :; do sleep 0.05; done`
    const ran = guest.run(['/bin/sh', '-c', patient], aCall({ signal: stop.signal }))
    ran.catch(() => undefined)
    await expect.poll(() => readFile(file, 'utf8').catch(() => ''), { timeout: 5000 }).toBe('begun\n')
    stop.abort(new Error('enough'))
    await expect(ran).rejects.toThrow()
    await expect.poll(() => readFile(file, 'utf8'), { timeout: 5000 }).toBe('ended\n')
    await expect.poll(leftSince(before), { timeout: 5000 }).toEqual([])
  })

  it('takes files and gives them back', async () => {
    const guest = await standing()
    const path = join(folder, 'file')
    await guest.upload?.(path, Buffer.from('hello'), aCall())
    expect(await readFile(path, 'utf8')).toBe('hello')
    await writeFile(path, 'changed')
    expect(Buffer.from((await guest.download?.(path, aCall())) ?? []).toString()).toBe('changed')
  })

  it('of a machine without VMware Tools is asked again later', async () => {
    const guest = await guestOf(await madeWith({}))
    await expect(guest.run(['/bin/true'], aCall())).rejects.toMatchObject({
      kind: 'transient',
      message: expect.stringMatching(/VMware Tools do not run/) as string,
    })
  })

  it('of a machine that does not run is a conflict', async () => {
    const guest = await guestOf(await madeWith({ powerOn: false }))
    await expect(guest.run(['/bin/true'], aCall())).rejects.toMatchObject({ kind: 'conflict' })
  })

  it('without a login says what to set, and is asked for nothing before', async () => {
    const { guestUser: _, guestPassword: __, ...settings } = rig.settings
    await using session = await rig.open(settings)
    const guest = await guestOf(rig.target({ id: null }), session)
    await expect(guest.run(['/bin/true'], aCall())).rejects.toMatchObject({
      kind: 'invalid',
      message: expect.stringMatching(/set guestUser and guestPassword/) as string,
    })
  })
})
