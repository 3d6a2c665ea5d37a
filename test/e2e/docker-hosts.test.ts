import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { hasGuestSystem, hasPacker, hasVcsim } from '../require.ts'
import { patience, scale } from '../scale.ts'
import { freePorts, root } from './support/command.ts'
import type { Place } from './support/place.ts'
import { makeSite } from './support/place.ts'
import { makeStage } from './support/stage.ts'

const newPlace = await makeSite()
const example = join(root, 'examples', 'docker-hosts')
const textOf = (file: string): string => readFileSync(join(example, file), 'utf8')

/** A kernel and a root file system that stand for what LinuxKit would build: `NAME/vmlinuz` and `NAME/initrd.gz`. */
const withSystem = (place: Place, name: string): void => {
  const into = join(place.directory, name)
  mkdirSync(into)
  const init = readFileSync(join(import.meta.dirname, 'support', 'docker-host.sh'), 'utf8')
  writeFileSync(join(into, 'init.sh'), init.replace('#!/bin/busybox sh\n', `#!/bin/busybox sh\nIMAGE=${name}; export IMAGE\n`))
  const prepared = spawnSync(process.execPath, [join(root, 'examples/local-vms/prepare.mjs'), '--into', into], { encoding: 'utf8' })
  expect({ code: prepared.status, err: prepared.stderr }).toEqual({ code: 0, err: '' })
}

// The same fleet in both, as the links beside their own files say.
const [fleet, fleetThere] = [textOf('local/fleet.forge.yaml'), textOf('vcenter/fleet.forge.yaml')]
const key = 'ssh-ed25519 AAAA ops@example.com'
const local = textOf('local/forge.yaml').replace('sshKeys: []', `sshKeys: ['${key}']`)
// LinuxKit's images come over the network, so that another system stands for the one that LinuxKit would make.
const fleetOf = (system: string): string =>
  fleet
    .replace('source: ../docker.yml', `kernel: ${system}/vmlinuz\n    initrd: ${system}/initrd.gz`)
    .replaceAll('healthyFor: 5s', 'healthyFor: 1s')

interface Shown {
  readonly objects: readonly { readonly address: string; readonly uid: string; readonly outputs: { readonly url?: string } }[]
}

describe.skipIf(!hasGuestSystem() || !hasPacker())(
  'the fleet of docker-hosts in qemu, from an image of Debian’s kernel and busybox',
  () => {
    test(
      'boots, has its keys and its disks, and rolls to another image one at a time without losing what is on them',
      async () => {
        const [managers, workers] = scale === 'full' ? [3, 5] : [3, 1]
        const place = await newPlace(local, { 'fleet.forge.yaml': fleetOf('one') })
        const env = {
          FORGE_VAR_port: String((await freePorts(30)) - 1),
          FORGE_VAR_managers: String(managers),
          FORGE_VAR_workers: String(workers),
          FORGE_VAR_memory: '192MiB',
        }
        const machines = async () =>
          (JSON.parse(await place.done(['show', '--json'])) as Shown).objects.filter(({ address }) => address.startsWith('group.'))
        const pages = async (): Promise<readonly string[]> =>
          Promise.all((await machines()).map(async ({ outputs }) => (await (await fetch(`${outputs.url}/metrics`)).text()).trim()))
        const hosts = [
          ...Array.from({ length: managers }, (_, at) => `docker-hosts-managers-${at + 1}`),
          ...Array.from({ length: workers }, (_, at) => `docker-hosts-workers-${at + 1}`),
        ]
        const nothing = async () => expect(await place.forge(['plan', '--detailed-exitcode'], env)).toMatchObject({ code: 0, err: '' })

        for (const name of ['one', 'two']) withSystem(place, name)
        await place.done(['apply', '--auto-approve'], env)
        expect(await pages()).toEqual(hosts.map((host) => `${host} one ${key} booted one`))
        await nothing()
        const before = (await machines()).map(({ uid }) => uid)

        await place.write('fleet.forge.yaml', fleetOf('two'))
        await place.done(['image', 'push', '--auto-approve'], env)
        const plan = await place.done(['plan'], env)
        expect(plan).toContain(`group.managers  ${managers} restarted in ${managers} waves of 1`)
        const done = await place.done(['apply', '--auto-approve'], env)
        expect((await machines()).map(({ uid }) => uid)).toEqual(before)
        expect(await pages()).toEqual(hosts.map((host) => `${host} two ${key} booted one two`))
        // The managers come first, and no two of them are down together.
        const restarts = [...done.matchAll(/^(group\.\w+\/\d+): (Restarting|Restart complete)/gm)].map(([, address]) => address)
        expect(restarts.filter((address, at) => at % 2 === 0)).toEqual(restarts.filter((address, at) => at % 2 === 1))
        expect(restarts.findIndex((address) => address?.startsWith('group.workers'))).toBe(2 * managers)
        // Of both boots the first one alone has found an empty disk.
        expect((await place.done(['console', 'group.managers/1'])).split('docker-host: formatted')).toHaveLength(2)
        await nothing()

        await place.done(['destroy', '--auto-approve', '--override', 'quorum:managers'], env)
        expect(place.world().processes).toEqual([])
      },
      3 * patience,
    )
  },
)

describe.skipIf(!hasVcsim())('the fleet of docker-hosts on a simulated vCenter', () => {
  test('is planned, pushed, built and rolled with its disks, which stay when it is destroyed', async () => {
    expect(fleetThere).toBe(fleet)
    const files = { 'fleet.forge.yaml': fleet.replace('../docker.yml', 'docker.iso') }
    await using stage = await makeStage((config) => newPlace(config, files), textOf('vcenter/forge.yaml'))
    const { vcenter, place, plan, apply, forge, made } = stage
    await place.write('docker.iso', 'one')
    expect(await forge('validate')).toMatchObject({ code: 0, err: '' })
    const first = await plan()
    expect(first).toMatchObject({ code: 2, err: '' })
    expect(first.out).toContain('Plan: 17 to add, 0 to change, 0 to destroy.')
    expect(await forge('image', 'push', '--auto-approve')).toMatchObject({ code: 0 })
    expect(await vcenter.files('images')).toHaveLength(1)
    await apply()
    const hosts = await made()
    expect(hosts).toHaveLength(8)
    expect(await vcenter.files('docker-disks')).not.toEqual([])
    expect(await plan()).toMatchObject({ code: 0, err: '' })

    await place.write('docker.iso', 'two')
    expect((await plan()).out).toMatch(/group\.managers +3 restarted in 3 waves of 1[^]*group\.workers +5 restarted in 5 waves of 1/)
    await apply()
    expect(await made()).toEqual(hosts)
    expect((await forge('image', 'prune', '--keep', '1', '--auto-approve')).code).toBe(0)
    expect(await vcenter.files('images')).toHaveLength(1)
    expect(await plan()).toMatchObject({ code: 0, err: '' })

    expect((await forge('destroy', '--auto-approve', '--override', 'quorum:managers')).code).toBe(0)
    expect(await made()).toEqual([])
    expect(await vcenter.files('docker-disks')).not.toEqual([])
  })
})

test('the LinuxKit file of the example is one that can be built', async () => {
  const { readLinuxkit } = await import('@forgeplan/linuxkit')
  expect(readLinuxkit([{ file: 'docker.yml', text: textOf('docker.yml') }])).toMatchObject({ ok: true, warnings: [] })
})
