import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { chmod, cp, mkdir, readdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { uid } from '@forgeplan/model'
import { readIso } from '@forgeplan/sdk/iso'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { scale } from '../../../test/scale.ts'
import { claimBoot } from '../src/home/boots.ts'
import { makeHome } from '../src/home/make.ts'
import { homeOf } from '../src/home/home.ts'
import { removeGone } from '../src/home/stop.ts'
import type { Rig } from './rig.ts'
import {
  aCall,
  apply,
  aTarget,
  consoleOf,
  freePort,
  get,
  inputs,
  kill,
  look,
  openRig,
  present,
  processesIn,
  remove,
  server,
  until,
} from './rig.ts'

let rig: Rig
beforeEach(async () => {
  rig = await openRig()
})
afterEach(async () => {
  await rig[Symbol.asyncDispose]()
})

const pidOf = async (target: ReturnType<typeof aTarget>): Promise<number> => (await present(rig, target)).outputs.pid ?? 0
const statusOf = async (target: ReturnType<typeof aTarget>) => (await present(rig, target)).status
const stops = (target: ReturnType<typeof aTarget>): Promise<void> =>
  until('the machine stops', async () => (await statusOf(target)).kind === 'stopped')

const commandLine = (pid: number): string => {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8')
  } catch {
    return ''
  }
}

describe('a machine that was created', () => {
  it('serves on its port under its name', async () => {
    const [target, port] = [aTarget(), await freePort()]
    const { outputs } = await apply(rig, 'create', target, inputs({ init: server, port }))
    expect(outputs.url).toBe(`http://127.0.0.1:${port}`)
    await until('it answers', async () => (await get(port)) === 'lab-web-1')
  })

  it('gets its environment, and nothing of the one forge runs in', async () => {
    const target = aTarget()
    process.env['FORGE_TEST_CANARY'] = 'canary'
    await apply(rig, 'create', target, inputs({ init: 'env; echo end', environment: { GIVEN: 'yes' } }))
    delete process.env['FORGE_TEST_CANARY']
    await until('it ran', async () => (await consoleOf(rig, target)).includes('end\n'))
    expect(await consoleOf(rig, target)).toContain('GIVEN=yes')
    expect(await consoleOf(rig, target)).not.toContain('canary')
  })

  it('boots from an image that only its owner can read, and is told its tags there', async () => {
    const target = aTarget()
    await apply(rig, 'create', target, inputs({ init: 'true', tags: { role: 'web' } }))
    const image = join(rig.root, target.uid, 'data.iso')
    expect(statSync(image).mode & 0o777).toBe(0o600)
    expect(statSync(join(rig.root, target.uid)).mode & 0o777).toBe(0o700)
    const meta: unknown = JSON.parse(new TextDecoder().decode(readIso(await readFile(image)).get('meta-data')))
    expect(meta).toMatchObject({ 'instance-id': target.uid, 'local-hostname': 'lab-web-1', tags: { role: 'web' } })
  })

  it('finds what it is given under the names of cloud-init and of LinuxKit, and runs no JSON', async () => {
    const [target, given] = [aTarget(), '{"ssh":{"entries":{"authorized_keys":{"content":"key"}}}}']
    await apply(rig, 'create', target, inputs({ init: given }))
    const files = readIso(await readFile(join(rig.root, target.uid, 'data.iso')))
    for (const name of ['user-data', 'config']) expect(new TextDecoder().decode(files.get(name))).toBe(given)
    expect(await statusOf(target)).toEqual({ kind: 'running' })
    expect(await consoleOf(rig, target)).not.toContain('not found')
  })

  it('runs on when its init ends well and leaves services behind', async () => {
    const [target, port] = [aTarget(), await freePort()]
    await apply(rig, 'create', target, inputs({ init: `${server.replace('exec ', '')} &`, port }))
    await until('it answers', async () => (await get(port)) !== null)
    expect(await statusOf(target)).toEqual({ kind: 'running' })
  })

  it('runs an init with the interpreter of its first line', async () => {
    const target = aTarget()
    await apply(rig, 'create', target, inputs({ init: '#!/bin/bash -e\necho "bash ${BASH_VERSION%%.*} $-"' }))
    await until('it ran', async () => /bash \d+ .*e/.test(await consoleOf(rig, target)))
  })

  it('shows its uid and no secret in the process list', async () => {
    const target = aTarget()
    await apply(rig, 'create', target, inputs({ init: 'TOKEN=canary-in-init; sleep 60' }))
    const lines = spawnSync('ps', ['-eo', 'args'], { encoding: 'utf8' }).stdout
    expect(lines).toContain(`-U ${target.uid}`)
    expect(lines).not.toContain('canary-in-init')
  })

  it('runs, but not its init, while it boots slowly', async () => {
    const target = aTarget()
    await apply(rig, 'create', target, inputs({ init: 'echo up', stub: { bootDelay: 3_600_000 } }))
    expect(await statusOf(target)).toEqual({ kind: 'running' })
    expect(await processesIn(rig.folder)).toEqual([await pidOf(target)])
    await remove(rig, target)
    expect(await processesIn(rig.folder)).toEqual([])
  })

  it('keeps the end of a long console and no more', async () => {
    const target = aTarget()
    await apply(rig, 'create', target, inputs({ init: 'yes line | head -c 3000000; echo the end' }))
    await until('it ran', async () => (await consoleOf(rig, target)).endsWith('the end\n'))
    expect((await consoleOf(rig, target)).length).toBeLessThanOrEqual(512 * 1024)
  })
})

describe('a machine that ends', () => {
  it('dies with everything inside when its process is killed', async () => {
    const [target, port] = [aTarget(), await freePort()]
    await apply(rig, 'create', target, inputs({ init: `sleep 1000 &\n${server}`, port }))
    await until('it answers', async () => (await get(port)) !== null)
    kill(await pidOf(target))
    await until('nothing is left', async () => (await processesIn(rig.folder)).length === 0)
    expect(await get(port)).toBeNull()
    expect(await statusOf(target)).toEqual({ kind: 'stopped', why: 'killed' })
  })

  it('leaves nothing behind at whatever moment its process is killed', async () => {
    for (const wait of [0, 2, 5, 10, 20, 30, 50]) {
      const target = aTarget()
      const made = await apply(rig, 'create', target, inputs({ init: 'sleep 1000 & sleep 1000' }))
      await new Promise((resolve) => setTimeout(resolve, wait))
      kill(made.outputs.pid ?? 0)
    }
    await until('nothing is left', async () => (await processesIn(rig.folder)).length === 0)
  })

  it('is restarted with the same uid', async () => {
    const [target, port] = [aTarget(), await freePort()]
    const desired = inputs({ init: server, port })
    const made = await apply(rig, 'create', target, desired)
    kill(made.outputs.pid ?? 0)
    await stops(target)
    const again = await apply(rig, 'restart', target, desired)
    expect(again.id).toBe(made.id)
    expect(again.outputs.pid).not.toBe(made.outputs.pid)
    await until('it answers', async () => (await get(port)) !== null)
  })

  it('says with which code its init failed', async () => {
    const target = aTarget()
    await apply(rig, 'create', target, inputs({ init: 'exit 7' }))
    await stops(target)
    expect(await statusOf(target)).toEqual({ kind: 'stopped', why: 'exit code 7' })
  })

  it('crashes with exit code 3, or another, when that is asked for', async () => {
    const [one, two] = [aTarget(), aTarget()]
    await apply(rig, 'create', one, inputs({ init: 'sleep 60', stub: { crashAfter: 20 } }))
    await apply(rig, 'create', two, inputs({ init: 'sleep 60', stub: { exitCode: 2 } }))
    await stops(one)
    await stops(two)
    expect([await statusOf(one), await statusOf(two)]).toEqual([
      { kind: 'stopped', why: 'exit code 3' },
      { kind: 'stopped', why: 'exit code 2' },
    ])
  })

  it('shuts down on SIGTERM after it has asked its guest', async () => {
    const target = aTarget()
    await apply(rig, 'create', target, inputs({ init: 'trap "echo bye; exit 0" TERM; echo ready; while :; do sleep 0.05; done' }))
    await until('it is ready', async () => (await consoleOf(rig, target)).includes('ready'))
    kill(await pidOf(target), 'SIGTERM')
    await stops(target)
    expect(await consoleOf(rig, target)).toContain('bye')
    expect(await statusOf(target)).toEqual({ kind: 'stopped', why: 'shut down' })
    expect(JSON.parse(await readFile(join(rig.root, target.uid, 'exit.json'), 'utf8'))).toMatchObject({ code: 0 })
  })

  it('is not running because another process has its number', async () => {
    const target = aTarget()
    const made = await apply(rig, 'create', target, inputs({ init: 'true' }))
    kill(made.outputs.pid ?? 0)
    await stops(target)
    const directory = join(rig.root, target.uid)
    const [boot = ''] = (await readdir(directory)).filter((name) => name.startsWith('boot.'))
    const told = JSON.parse(await readFile(join(directory, boot), 'utf8')) as object
    await writeFile(join(directory, boot), JSON.stringify({ ...told, pid: process.pid }))
    expect((await statusOf(target)).kind).toBe('stopped')
    await remove(rig, target)
    expect(await look(rig, target)).toEqual({ kind: 'absent' })
  })

  it('ends by itself when its directory is removed under it', async () => {
    const target = aTarget()
    await apply(rig, 'create', target, inputs({ init: 'echo up; sleep 1000' }))
    const pid = await pidOf(target)
    await until('it runs', async () => (await consoleOf(rig, target)).includes('up\n'))
    // It still writes its console meanwhile.
    await rm(join(rig.root, target.uid), { recursive: true, maxRetries: 10 })
    await until('it ends', () => !existsSync(`/proc/${pid}`) || readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z'))
  })
})

describe('starting', () => {
  it('makes one process however many start at once', async () => {
    // Two owned one machine in every tenth round on a busy computer, when one came between the other's look and its claim.
    for (let round = 0; round < (scale === 'full' ? 10 : 2); round += 1) {
      const target = aTarget()
      await Promise.all(Array.from({ length: 6 }, () => apply(rig, 'create', target, inputs({ init: 'sleep 60' }))))
      const pid = await pidOf(target)
      // What the owner has just forked looks like a second one for a moment.
      await until('only the owner is left', async () => String(await supervisorsOf()) === String(pid))
      expect(await statusOf(target)).toEqual({ kind: 'running' })
      await remove(rig, target)
      await until('it is gone', async () => (await supervisorsOf()).length === 0)
    }
  })

  const supervisorsOf = async (): Promise<readonly number[]> =>
    (await processesIn(rig.folder)).filter((pid) => commandLine(pid).includes('supervisor/main.js'))

  it('lets one process own a boot, and the next one only when that is dead', async () => {
    const target = aTarget()
    await makeHome(homeOf(rig.root, target.uid), inputs(), target.mark)
    const directory = join(rig.root, target.uid)
    expect((await claimBoot(directory))?.number).toBe(1)
    expect(await claimBoot(directory)).toBeNull()
    const stale = JSON.stringify({ pid: process.pid, started: 'another boot:1', inode: 'x' })
    await writeFile(join(directory, 'boot.1'), stale)
    expect((await claimBoot(directory))?.number).toBe(2)
    expect(readdirSync(directory).filter((name) => name.startsWith('boot.'))).toEqual(['boot.2'])
  })

  it('reads as stopped when it was made and never booted, and a second create boots it', async () => {
    const target = aTarget()
    await makeHome(homeOf(rig.root, target.uid), inputs(), target.mark)
    expect(await statusOf(target)).toEqual({ kind: 'stopped', why: 'not booted' })
    await apply(rig, 'create', target, inputs())
    expect(await statusOf(target)).toEqual({ kind: 'running' })
  })

  it('is rid of what two killed runs have left, of which the second had made its home', async () => {
    const target = aTarget()
    await mkdir(join(rig.root, `.${target.uid}.999999999-0.part`), { recursive: true })
    await makeHome(homeOf(rig.root, target.uid), inputs(), target.mark)
    await apply(rig, 'create', target, inputs())
    expect(readdirSync(rig.root).filter((name) => name.endsWith('.part'))).toEqual([])
  })

  it('outlives the one who started it, and leaves nothing half made when that one is killed', async () => {
    const target = aTarget()
    const script = `
      import { hyperkit } from '${new URL('../dist/index.js', import.meta.url).href}'
      const session = await hyperkit.open({ driver: 'stub', root: 'machines' }, { directory: ${JSON.stringify(rig.folder)}, signal: new AbortController().signal })
      const call = { signal: new AbortController().signal, progress() {}, async record() {}, now: Date.now, sleep: (ms) => new Promise((r) => setTimeout(r, ms)) }
      console.log('begun')
      await session.handlers.get('hyperkit/machine').apply('create', ${JSON.stringify(target)}, { cpus: 1, memory: 1048576, init: 'sleep 60' }, { kind: 'absent' }, call)`
    for (const wait of [0, 5, 10, 20, 40, 80]) {
      const child = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: ['ignore', 'pipe', 'inherit'] })
      const ended = once(child, 'exit')
      await once(child.stdout, 'data')
      await new Promise((resolve) => setTimeout(resolve, wait))
      child.kill('SIGKILL')
      await ended
      expect(['absent', 'present']).toContain((await look(rig, target)).kind)
    }
    await apply(rig, 'create', target, inputs({ init: 'sleep 60', memory: 2 ** 20 }))
    await until('one process owns it', async () => (await supervisorsOf()).length === 1)
    expect(await supervisorsOf()).toEqual([await pidOf(target)])
    await remove(rig, target)
    await until('nothing runs', async () => (await processesIn(rig.folder)).length === 0)
    expect(readdirSync(rig.root)).toEqual([])
  })
})

describe('changing', () => {
  it('writes tags without a restart', async () => {
    const target = aTarget()
    const made = await apply(rig, 'create', target, inputs({ tags: { a: '1' } }))
    await apply(rig, 'update', target, inputs({ tags: { b: '2' }, cpus: 4 }))
    const seen = await present(rig, target)
    expect(seen.inputs).toEqual(inputs({ tags: { b: '2' } }))
    expect(seen.outputs.pid).toBe(made.outputs.pid)
  })

  it('restarts with everything that is new', async () => {
    const target = aTarget()
    await apply(rig, 'create', target, inputs())
    await apply(rig, 'restart', target, inputs({ cpus: 4 }))
    expect((await present(rig, target)).inputs.cpus).toBe(4)
  })
})

describe('deleting', () => {
  it('leaves no file, no process and an open port', async () => {
    const [target, port] = [aTarget(), await freePort()]
    await apply(rig, 'create', target, inputs({ init: server, port }))
    await until('it answers', async () => (await get(port)) !== null)
    await remove(rig, target)
    expect(readdirSync(rig.root)).toEqual([])
    expect(await get(port)).toBeNull()
    expect(await processesIn(rig.folder)).toEqual([])
  })

  it('kills a machine that ignores its power button', async () => {
    const target = aTarget()
    await apply(rig, 'create', target, inputs({ init: 'sleep 60', stub: { ignoreTerm: true } }))
    let now = 0
    await remove(rig, target, aCall({ now: () => now, sleep: async (ms) => void (now += ms) }))
    expect(now).toBeGreaterThanOrEqual(5000)
    expect(await processesIn(rig.folder)).toEqual([])
  })

  it('never kills the original of a directory that was copied with its process file', async () => {
    const [target, twin] = [aTarget(), aTarget()]
    await apply(rig, 'create', target, inputs({ init: 'sleep 60' }))
    await cp(join(rig.root, target.uid), join(rig.root, twin.uid), { recursive: true })
    // Even with a mark that somebody made genuine by hand.
    await writeFile(join(rig.root, twin.uid, 'mark.json'), JSON.stringify(twin.mark))
    expect((await statusOf(twin)).kind).toBe('stopped')
    await until('its guest runs', async () => (await processesIn(rig.folder)).length > 1)
    await remove(rig, twin)
    await new Promise((resolve) => setTimeout(resolve, 500))
    expect(await statusOf(target)).toEqual({ kind: 'running' })
  })

  it('finishes what a killed delete began', async () => {
    const target = aTarget()
    await apply(rig, 'create', target, inputs({ init: 'sleep 60' }))
    await rename(join(rig.root, target.uid), join(rig.root, `.gone-${target.uid}`))
    expect(await look(rig, target)).toEqual({ kind: 'absent' })
    await remove(rig, target)
    expect(readdirSync(rig.root)).toEqual([])
    // A guest that was just being started is killed by its own watcher, a moment later.
    await until('nothing runs', async () => (await processesIn(rig.folder)).length === 0)
  })
})

describe('what cannot be read', () => {
  it('is unreadable when the root is no directory or is missing though a machine was seen in it', async () => {
    const target = { ...aTarget(), id: null }
    expect(await look(rig, target)).toEqual({ kind: 'absent' })
    expect((await look(rig, aTarget({ id: 'x' as never }))).kind).toBe('unreadable')
    await writeFile(rig.root, '')
    expect((await look(rig, target)).kind).toBe('unreadable')
    await rm(rig.root)
  })

  it.skipIf(process.getuid?.() === 0)('is unreadable when the root may not be read', async () => {
    await mkdir(rig.root)
    await chmod(rig.root, 0)
    expect((await look(rig, aTarget())).kind).toBe('unreadable')
    await chmod(rig.root, 0o700)
  })

  it('is unreadable when a file of the machine is damaged, a link or far too large', async () => {
    const target = aTarget()
    await apply(rig, 'create', target, inputs())
    const file = join(rig.root, target.uid, 'machine.json')
    const spec = await readFile(file)
    for (const damage of [() => writeFile(file, '{'), () => symlink('/etc/passwd', file), () => writeFile(file, 'x'.repeat(2_000_000))]) {
      await rm(file)
      await damage()
      expect((await look(rig, target)).kind).toBe('unreadable')
    }
    await rm(file)
    spawnSync('mkfifo', [file])
    expect((await look(rig, target)).kind).toBe('unreadable')
    await rm(file)
    await writeFile(file, spec)
  })

  it('is unreadable when the file of its boot is damaged, and is neither started again nor removed while it may run', async () => {
    const target = aTarget()
    await apply(rig, 'create', target, inputs({ init: 'sleep 60' }))
    const [pid, home] = [await pidOf(target), homeOf(rig.root, target.uid)]
    const [file] = readdirSync(home.directory).filter((name) => name.startsWith('boot.'))
    const boot = await readFile(join(home.directory, file ?? ''))
    for (const damage of ['', '{', '{"pid":1}']) {
      await writeFile(join(home.directory, file ?? ''), damage)
      expect(await look(rig, target)).toMatchObject({ kind: 'unreadable', why: expect.stringContaining('boot') as string })
      for (const touch of [
        () => apply(rig, 'restart', target, inputs()),
        () => remove(rig, target),
        async () => removeGone({ ...home, gone: home.directory }),
      ])
        await expect(touch()).rejects.toMatchObject({ kind: 'conflict' })
      await expect(claimBoot(home.directory)).rejects.toThrow('damaged')
    }
    await writeFile(join(home.directory, file ?? ''), boot)
    expect(await pidOf(target)).toBe(pid)
  })

  it('takes only fields of the right kind from a tampered specification', async () => {
    const target = aTarget()
    await apply(rig, 'create', target, inputs())
    const file = join(rig.root, target.uid, 'machine.json')
    await writeFile(file, JSON.stringify({ format: 1, hostname: 'x', bootDigest: 'y', inputs: { cpus: 'many', memory: 1, evil: 2 } }))
    expect((await present(rig, target)).inputs).toEqual({ memory: 1 })
  })
})

describe('inside a machine', () => {
  const guestOf = async (target: ReturnType<typeof aTarget>) => rig.handler.guest?.(target, await look(rig, target), aCall())

  it('runs a command in its directory with its environment, without a shell', async () => {
    const target = aTarget()
    await apply(rig, 'create', target, inputs({ environment: { GIVEN: 'yes' } }))
    const ran = await (
      await guestOf(target)
    )?.run(['node', '-p', 'process.env.GIVEN + process.cwd() + process.argv.length', '$HOME'], aCall())
    expect(ran).toEqual({ exitCode: 0, stdout: `yes${rig.root}/${target.uid}/guest2\n`, stderr: '' })
  })

  it('cuts what a command says at 64 KiB, and says when there is no such command', async () => {
    const target = aTarget()
    await apply(rig, 'create', target, inputs())
    const inside = await guestOf(target)
    expect((await inside?.run(['sh', '-c', 'yes | head -c 1000000; exit 4'], aCall()))?.stdout).toHaveLength(65_536)
    expect((await inside?.run(['no-such-command'], aCall()))?.exitCode).toBe(127)
  })

  it('ends a command and its children when the call is aborted', async () => {
    const target = aTarget()
    await apply(rig, 'create', target, inputs())
    const commands = async (): Promise<number> => (await processesIn(rig.folder)).filter((pid) => commandLine(pid).includes('sleep')).length
    const controller = new AbortController()
    const ran = (await guestOf(target))?.run(['sh', '-c', 'sleep 1000 & sleep 1000'], aCall({ signal: controller.signal }))
    await until('they run', async () => (await commands()) >= 2)
    controller.abort(new Error('stop'))
    await expect(ran).rejects.toThrow('stop')
    await until('they end', async () => (await commands()) === 0)
  })

  it('runs nothing in a machine that does not run', async () => {
    const target = aTarget()
    await apply(rig, 'create', target, inputs({ stub: { exitCode: 1 } }))
    await stops(target)
    await expect(guestOf(target)).rejects.toMatchObject({ kind: 'conflict' })
  })
})

describe('a thousand machines', () => {
  it('are observed with one look', async () => {
    const targets = Array.from({ length: 1000 }, () => aTarget())
    for (const target of targets.slice(0, 50)) await makeHome(homeOf(rig.root, target.uid), inputs(), target.mark)
    const seen = await rig.handler.observe(targets, aCall())
    expect(targets.map((target) => seen.get(target.uid)?.kind)).toEqual([
      ...Array<string>(50).fill('present'),
      ...Array<string>(950).fill('absent'),
    ])
  })
})

describe('names from outside', () => {
  it('never lead out of the root', async () => {
    await mkdir(rig.root)
    const target = aTarget({ uid: uid('../escape') })
    await expect(apply(rig, 'create', target, inputs())).rejects.toMatchObject({ kind: 'invalid' })
    await expect(remove(rig, target)).rejects.toMatchObject({ kind: 'invalid' })
    expect(await look(rig, target)).toEqual({ kind: 'absent' })
  })
})
