import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, readdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { hasGuestSystem, hasQemu } from '../require.ts'
import { patience, scale } from '../scale.ts'
import { makeChance } from './support/chance.ts'
import { freePorts, root } from './support/command.ts'
import { faultsOf, lookAt, orphans } from './support/oracle.ts'
import type { Place } from './support/place.ts'
import { makeSite } from './support/place.ts'

const example = join(root, 'examples', 'local-vms')
const newPlace = await makeSite()

/** The example in a folder of its own, prepared there; at full scale from the download on. */
const copyExample = async (): Promise<Place> => {
  const place = await newPlace('')
  for (const file of ['forge.yaml', 'init.sh', 'prepare.mjs']) cpSync(join(example, file), join(place.directory, file))
  if (scale === 'small') {
    mkdirSync(join(place.directory, '.cache'))
    symlinkSync(join(example, '.cache', 'kernel'), join(place.directory, '.cache', 'kernel'))
  }
  const prepared = spawnSync(process.execPath, ['prepare.mjs'], { cwd: place.directory, encoding: 'utf8' })
  expect({ code: prepared.status, err: prepared.stderr }).toEqual({ code: 0, err: '' })
  return place
}

const qemus = (place: Place) => {
  const { processes } = lookAt(join(place.directory, '.forge', 'machines'))
  return processes.filter(({ command, role }) => role !== 'supervisor' && command.startsWith('/usr/bin/qemu-system'))
}

interface Shown {
  readonly objects: readonly { readonly address: string; readonly uid: string; readonly outputs: { readonly url: string } }[]
}

describe.skipIf(!hasGuestSystem())('three real machines', () => {
  test(
    'are prepared, made, seen healthy, repaired with their uid when one is killed, and destroyed without a trace',
    async () => {
      const place = await copyExample()
      const env = { FORGE_VAR_port: String((await freePorts(4)) - 1) }
      const plan = () => place.forge(['plan', '--detailed-exitcode'], env)
      const objects = async () => (JSON.parse(await place.done(['show', '--json'])) as Shown).objects
      const pages = async () =>
        Promise.all((await objects()).map(async ({ outputs }) => (await (await fetch(outputs.url)).text()).split(' ')[0]))

      expect((await place.forge(['plan', '--detailed-exitcode'], env)).code).toBe(2)
      await place.done(['apply', '--auto-approve'], env)
      expect(await pages()).toEqual(['local-vms-web-1', 'local-vms-web-2', 'local-vms-web-3'])
      expect(await plan()).toMatchObject({ code: 0, err: '' })
      expect(await place.done(['console', 'group.web/1'])).toContain('init: local-vms-web-1 runs its user-data\n')
      expect(await place.done(['console', '--lines', '1', 'group.web/1'])).toBe('init: user-data ended with 0\n')

      const before = await objects()
      const victim = qemus(place).find(({ uid }) => uid === before[1]?.uid)
      process.kill(victim?.pid ?? 0, 'SIGKILL')
      const runs = (): boolean => lookAt(join(place.directory, '.forge', 'machines')).processes.some(({ uid }) => uid === victim?.uid)
      await expect.poll(runs, { timeout: 20_000 }).toBe(false)
      const seen = await plan()
      expect(seen.code).toBe(2)
      expect(seen.out).toContain('killed outside of forge')
      expect(seen.out).toContain('Plan: 0 to add, 1 to change, 0 to destroy.')
      await place.done(['apply', '--auto-approve'], env)
      expect((await objects()).map(({ uid }) => uid)).toEqual(before.map(({ uid }) => uid))
      expect(await pages()).toEqual(['local-vms-web-1', 'local-vms-web-2', 'local-vms-web-3'])

      await place.done(['destroy', '--auto-approve'], env)
      expect(readdirSync(join(place.directory, '.forge', 'machines'))).toEqual([])
      expect(lookAt(place.directory).processes).toEqual([])
    },
    patience,
  )
})

// The machines have nothing to boot: what is killed here is forge, and that is what is looked at.
const bare = `stack: bare
variables:
  size: { type: integer, default: 3 }
  memory: { default: 32MiB }
providers:
  local: { plugin: hyperkit, driver: qemu, accel: tcg, shutdownTimeout: 100ms, root: machines }
groups:
  box:
    size: "\${var.size}"
    instance: { provider: local, network: none, memory: "\${var.memory}" }
`

describe.skipIf(!hasQemu() || !existsSync('/proc/self'))('forge killed while it makes machines in qemu', () => {
  test(
    'leaves no orphan and no twin, and goes on',
    async () => {
      const chance = makeChance()
      const place = await newPlace(bare)
      for (let kills = 0; kills < (scale === 'full' ? 20 : 3); kills++) {
        const env = { FORGE_VAR_size: String(chance.between(1, 4)), FORGE_VAR_memory: chance.pick(['32MiB', '48MiB']) }
        const running = place.start(['apply', '--auto-approve', '--max-destroy', '99'], env)
        await running.printed('Applying plan').catch(() => undefined)
        await new Promise((resolve) => setTimeout(resolve, chance.fraction() * 1000))
        running.child.kill('SIGKILL')
        await running.ended
        expect(orphans(place.world(), await place.rows())).toEqual([])
        await place.done(['apply', '--auto-approve', '--max-destroy', '99'], env)
        expect(faultsOf(place.world(), await place.rows())).toEqual([])
        expect(await place.forge(['plan', '--detailed-exitcode'], env)).toMatchObject({ code: 0, err: '' })
      }
      await place.done(['destroy', '--auto-approve'])
      expect(lookAt(place.machines)).toEqual({ homes: [], fragments: [], processes: [] })
    },
    patience,
  )
})
