import { mkdtempSync, rmSync } from 'node:fs'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { hasVcsim } from '../../../test/require.ts'
import type { Client, GuestLogin } from '../src/index.ts'
import { bytesSource, isRef } from '../src/index.ts'
import { all, inventory, the, useLab } from './support/lab.ts'

// vcsim runs what is asked of a guest by the docker command; here that is the script beside this test.
describe.skipIf(!hasVcsim())('a guest', () => {
  const folder = mkdtempSync(join(tmpdir(), 'vsphere-soap-guest-'))
  const shim = join(import.meta.dirname, 'support')
  const env = { PATH: `${shim}:${process.env['PATH'] ?? ''}`, DOCKER_SHIM_STATE: folder, VCSIM_INSPECT_INTERVAL: '1s' }
  const lab = useLab(['-vm', '0', '-cluster', '0'], env)
  afterAll(() => rmSync(folder, { recursive: true }))

  const machine = async (client: Client, name: string): Promise<GuestLogin> => {
    const objects = await inventory(client, 'Folder', 'ResourcePool')
    const extraConfig = [
      { key: 'RUN.container', value: 'busybox' },
      { key: 'RUN.mountdmi', value: 'false' },
    ]
    const config = { name, guestId: 'otherGuest64', numCPUs: 1, memoryMB: 32, files: { vmPathName: '[LocalDS_0]' }, extraConfig }
    const vm = await client.run('CreateVM_Task', the(objects, 'Folder:vm'), { config, pool: the(objects, 'ResourcePool:Resources') })
    if (!isRef(vm)) throw new Error('no machine')
    await client.run('PowerOnVM_Task', vm, {})
    return { vm, user: 'root', password: 'p' }
  }

  it('runs programs and tells how they ended', async () => {
    await using client = await lab.open()
    const login = await machine(client, 'runs')
    const run = (programPath: string, args: string) => client.guests.run(login, { programPath, arguments: args }, { everyMs: 20 })
    expect((await run('/bin/true', '')).exitCode).toBe(0)
    expect((await run('/bin/sh', "-c 'exit 3'")).exitCode).toBe(3)
    const out = join(folder, 'out')
    const spec = {
      programPath: '/bin/sh',
      arguments: `-c 'echo $GREETING $PWD | tee ${out}'`,
      workingDirectory: folder,
      envVariables: ['GREETING=hello'],
    }
    expect((await client.guests.run(login, spec, { everyMs: 20 })).exitCode).toBe(0)
    expect(await readFile(out, 'utf8')).toContain(folder)
  })

  it('lists what runs, and a wait for it is given up when the signal ends', async () => {
    await using client = await lab.open()
    const login = await machine(client, 'lists')
    const stop = new AbortController()
    const pid = await client.guests.start(login, { programPath: '/bin/sleep', arguments: '0.5' })
    expect(await client.guests.processes(login, [pid])).toMatchObject([{ pid }])
    const sleeping = client.guests.run(login, { programPath: '/bin/sleep', arguments: '1' }, { everyMs: 10, signal: stop.signal })
    setTimeout(() => stop.abort(new Error('enough')), 100)
    await expect(sleeping).rejects.toThrow('enough')
  })

  it('lists its files', async () => {
    await using client = await lab.open()
    const login = await machine(client, 'files')
    await mkdir(join(folder, 'listed'))
    await writeFile(join(folder, 'listed', 'one'), '12345')
    const files = await client.guests.list(login, join(folder, 'listed'))
    expect(files.map(({ path, size }) => ({ path, size }))).toContainEqual({ path: expect.stringContaining('one') as string, size: 5 })
  })

  it('takes files and gives them back', async () => {
    await using client = await lab.open()
    const login = await machine(client, 'takes')
    const bytes = Buffer.from('a guest’s file\n'.repeat(1000))
    const path = join(folder, 'uploaded')
    const sent = await client.guests.upload(login, path, bytesSource(bytes))
    expect(sent.bytes).toBe(bytes.length)
    expect((await readFile(path)).equals(bytes)).toBe(true)
    expect(Buffer.concat(await all(client.guests.download(login, path))).equals(bytes)).toBe(true)
  })

  it('of a machine that has none is an error', async () => {
    await using client = await lab.open()
    const { vm, ...login } = await machine(client, 'none')
    const objects = await inventory(client, 'Folder', 'ResourcePool')
    const config = { name: 'bare', guestId: 'otherGuest64', files: { vmPathName: '[LocalDS_0]' } }
    const bare = await client.run('CreateVM_Task', the(objects, 'Folder:vm'), { config, pool: the(objects, 'ResourcePool:Resources') })
    if (!isRef(bare)) throw new Error('no machine')
    const upload = client.guests.upload({ ...login, vm: bare }, '/tmp/x', bytesSource(Buffer.from('1')))
    await expect(upload).rejects.toMatchObject({ kind: 'fault', fault: 'GuestOperationsUnavailable' })
    await client.run('PowerOffVM_Task', vm, {})
  })
})
