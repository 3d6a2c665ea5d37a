import type { Client } from '@forgeplan/vsphere-soap'
import { bytesSource } from '@forgeplan/vsphere-soap'
import { afterAll, describe, expect, test } from 'vitest'
import { hasVcsim } from '../require.ts'
import { size } from '../scale.ts'
import { startVcsim } from '../support/vcsim.ts'
import { makeChance } from './support/chance.ts'
import type { Running } from './support/command.ts'
import type { Place } from './support/place.ts'
import { makeSite } from './support/place.ts'
import { makeStrikes, runToEnd } from './support/strike.ts'
import type { VcenterMachine } from './support/marked-machines.ts'
import { foldersIn, machinesIn, openVcenter, orphansIn, wrongIn } from './support/marked-machines.ts'

const stack = 'vkills'
const delays = 'CloneVm:300,CreateVm:300,ReconfigVm:100,PowerOn:100,PowerOff:50,Destroy:150,LockHandoff:0'

// A folder for each: the simulator panics where a machine is cloned into a folder in which another has no name yet.
const configAt = (port: number): string => `stack: ${stack}
variables:
  size: { type: integer, default: 3 }
  cpus: { type: integer, default: 1 }
  notes: { default: first }
  folder: { default: ${stack} }
  firmware: { default: bios }
  site: { default: berlin }
providers:
  vcenter: { plugin: vsphere, url: "127.0.0.1:${port}", username: user, password: "env:VCSIM_PASSWORD", insecure: true, cluster: DC0_C0 }
groups:
  web:
    size: "\${var.size}"
    instance: { provider: vcenter, template: DC0_H0_VM0, cpus: "\${var.cpus}", notes: "\${var.notes}", folder: "\${var.folder}/\${member.ordinal}" }
instances:
  site: { instance: { provider: vcenter, type: folder, name: "\${var.site}" } }
  box:
    instance:
      provider: vcenter
      iso: "[LocalDS_0] boot.iso"
      init: echo hello
      network: VM Network
      disks: [{ name: data, size: 64MiB }]
      notes: "\${var.notes}"
      firmware: "\${var.firmware}"
      folder: ${stack}
      customAttributes: { owner: "\${var.notes}" }
policy: { maxDestroy: "100%" }
`

/** What one run is asked for: a fleet, or its end. */
interface Aim {
  readonly verb: 'apply' | 'destroy'
  readonly env: Readonly<Record<string, string>>
}

const password = { VCSIM_PASSWORD: 'pass' }

describe.skipIf(!hasVcsim())('machines of a vCenter', async () => {
  const newPlace = await makeSite()
  const chance = makeChance()
  const strikes = makeStrikes(chance)
  let ofRecovery = 0
  const began = Date.now()
  afterAll(() => {
    const seconds = Math.round((Date.now() - began) / 1000)
    console.log(
      `${strikes.kills} kills, ${strikes.hits} in the middle of a run, ${ofRecovery} of a recovery, ${seconds} s, FORGE_SEED=${chance.seed}`,
    )
  })

  const aimAt = (): Aim => ({
    verb: chance.pick(['apply', 'apply', 'apply', 'destroy']),
    env: {
      ...password,
      FORGE_VAR_size: String(chance.between(0, 5)),
      FORGE_VAR_cpus: String(chance.between(1, 2)),
      FORGE_VAR_notes: chance.pick(['first', 'second']),
      FORGE_VAR_folder: chance.pick([stack, `${stack}/moved`]),
      FORGE_VAR_firmware: chance.pick(['bios', 'bios', 'efi']),
      FORGE_VAR_site: chance.pick(['berlin', 'bern']),
    },
  })

  const start = (place: Place, { verb, env }: Aim): Running =>
    place.start([verb, '--auto-approve', ...(verb === 'apply' ? ['--max-destroy', '99'] : [])], env)

  const enough = (): boolean =>
    strikes.kills >= 3 * size.vsphereKills || (strikes.kills >= size.vsphereKills && strikes.hits * 2 >= strikes.kills)

  const madeIn = async (client: Client): Promise<readonly VcenterMachine[]> => [
    ...(await machinesIn(client, stack)),
    ...(await foldersIn(client)),
  ]

  // A folder that was just made carries no mark yet.
  const checkStruck = async (place: Place, client: Client): Promise<void> => {
    const known = new Set((await place.rows()).map(({ uid }) => uid))
    expect(orphansIn(await machinesIn(client, stack), await place.rows())).toEqual([])
    expect((await foldersIn(client)).filter(({ uid }) => !known.has(String(uid)))).toEqual([])
  }

  const checkWhole = async (place: Place, client: Client, env: Aim['env']): Promise<void> => {
    expect(wrongIn(await madeIn(client), await place.rows())).toEqual([])
    expect((await foldersIn(client)).map(({ name }) => name)).toEqual([env['FORGE_VAR_site']])
    expect(await place.forge(['plan', '--detailed-exitcode'], env)).toMatchObject({ code: 0, err: '' })
  }

  test('a run that is killed at any moment, also while it recovers, leaves no orphan and no twin, and the next one ends well', async () => {
    await using vcsim = await startVcsim(['-vm', '1', '-method-delay', delays])
    const client = await openVcenter(vcsim.port)
    await client.datastores.upload({ datacenter: 'DC0', datastore: 'LocalDS_0', path: 'boot.iso' }, bytesSource(Buffer.from('boot')))
    const place = await newPlace(configAt(vcsim.port))
    let runMs = await runToEnd(start(place, { verb: 'apply', env: password }))
    while (!enough()) {
      const aim = aimAt()
      await strikes.strike(start(place, aim), runMs)
      await checkStruck(place, client)
      const recovery: Aim = { ...aim, verb: 'apply' }
      while (chance.fraction() < 1 / 3) {
        if (await strikes.strike(start(place, recovery), runMs)) ofRecovery++
        await checkStruck(place, client)
      }
      runMs = Math.max(500, (runMs + (await runToEnd(start(place, recovery)))) / 2)
      await checkWhole(place, client, recovery.env)
    }
    expect(strikes.hits * 2).toBeGreaterThanOrEqual(strikes.kills)
    await runToEnd(start(place, { verb: 'destroy', env: password }))
    expect(await place.rows()).toEqual([])
    expect(await madeIn(client)).toEqual([])
    await client.close()
  })
})
