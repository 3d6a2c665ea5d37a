import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { isA } from '@forgeplan/vsphere-soap'
import { hasVcsim } from '../require.ts'
import type { Vcenter } from '../support/vcenter.ts'
import { makeVcenter } from '../support/vcenter.ts'
import type { Ran } from './support/command.ts'
import type { Place } from './support/place.ts'
import { makeSite } from './support/place.ts'

const newPlace = await makeSite()
const env = { VSPHERE_PASSWORD: 'pass' }

const configAt = (port: number, keep = 1): string => `stack: hosts
providers:
  vc: { plugin: vsphere, url: "127.0.0.1:${port}", username: user, password: "env:VSPHERE_PASSWORD", insecure: true, cluster: DC0_C0 }
images:
  host: { plugin: linuxkit, source: host.iso, keep: ${keep}, push: { provider: vc, datastore: LocalDS_0, folder: images } }
groups:
  hosts:
    size: 2
    instance: { provider: vc, iso: "\${images.host}", network: VM Network, folder: "hosts/\${member.ordinal}" }
`

describe.skipIf(!hasVcsim())('an image on a simulated vCenter', () => {
  let vcenter: Vcenter
  beforeAll(async () => {
    vcenter = await makeVcenter()
  })
  afterAll(async () => {
    await vcenter[Symbol.asyncDispose]()
  })

  const apply = (place: Place, ...more: readonly string[]): Promise<string> =>
    place.done(['apply', '--auto-approve', '--parallelism', '1', ...more], env)
  const plan = (place: Place): Promise<Ran> => place.forge(['plan', '--detailed-exitcode'], env)
  const nothing = async (place: Place): Promise<void> => expect(await plan(place)).toMatchObject({ code: 0, err: '' })

  /** The image in each machine of the stack, by its version. */
  const versions = async (): Promise<readonly string[]> => {
    const isos: string[] = []
    for (const { ref, name } of await vcenter.machines()) {
      if (!name.startsWith('hosts-')) continue
      const seen = await vcenter.client.look(ref, ['config.hardware.device'])
      for (const each of (seen?.properties.get('config.hardware.device') ?? []) as readonly unknown[])
        if (isA(each, 'VirtualCdrom') && isA(each.backing, 'VirtualCdromIsoBackingInfo')) isos.push(each.backing.fileName)
    }
    return isos
  }

  /** A machine that is not forge's has a file in its CD-ROM, or none any more. */
  const insert = async (fileName: string): Promise<void> => {
    const backing = { $type: 'VirtualCdromIsoBackingInfo', fileName } as const
    const { ref } = await vcenter.machine('DC0_H0_VM0')
    const seen = await vcenter.client.look(ref, ['config.hardware.device'])
    const devices = (seen?.properties.get('config.hardware.device') ?? []) as readonly unknown[]
    const cdrom = devices.find((each) => isA(each, 'VirtualCdrom'))
    const device = {
      $type: 'VirtualCdrom',
      key: cdrom?.key ?? -1,
      controllerKey: cdrom?.controllerKey ?? 200,
      unitNumber: 0,
      backing,
    } as const
    const deviceChange = [{ operation: cdrom === undefined ? 'add' : 'edit', device }] as const
    await vcenter.reconfigure('DC0_H0_VM0', { deviceChange: [...deviceChange] })
  }

  test('is pushed once, rolled out version by version, and removed when no machine names it any more, whoever made it', async () => {
    const place = await newPlace(configAt(vcenter.port), { 'host.iso': 'one' })
    await apply(place)
    await nothing(place)
    const [first = ''] = await vcenter.files('images')
    expect(first).toBe('host-7692c3ad3540.iso')
    expect(await versions()).toEqual([`[LocalDS_0] images/${first}`, `[LocalDS_0] images/${first}`])

    await insert(`[LocalDS_0] images/${first}`)
    await place.write('host.iso', 'two')
    const rolling = await plan(place)
    expect(rolling.out).toMatch(/image\.host +0 +\+1 +another version than 7692c3ad3540/)
    expect(rolling.out).toContain('group.hosts  2 restarted in 2 waves of 1')
    const before = (await vcenter.machines()).map(({ ref }) => ref.value)
    await apply(place)
    expect((await vcenter.machines()).map(({ ref }) => ref.value)).toEqual(before)
    const [second = ''] = (await vcenter.files('images')).filter((file) => file !== first)
    expect(await versions()).toEqual([`[LocalDS_0] images/${second}`, `[LocalDS_0] images/${second}`])

    // Nobody of the stack needs the first one, and it stays.
    await apply(place)
    await nothing(place)
    expect(await vcenter.files('images')).toContain(first)
    const refused = await place.forge(['destroy', '--auto-approve'], env)
    expect(refused.code).not.toBe(0)
    expect(`${refused.out}${refused.err}`).toContain('The image is in use by DC0_H0_VM0')
    expect(await vcenter.files('images')).toEqual([first])

    await insert('[LocalDS_0] other.iso')
    await place.done(['destroy', '--auto-approve'], env)
    expect([await vcenter.files('images'), await vcenter.files('forge-images')]).toEqual([[], []])
  })
})
