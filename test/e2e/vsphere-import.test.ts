import { describe, expect, test } from 'vitest'
import { hasVcsim } from '../require.ts'
import { makeSite } from './support/place.ts'
import { makeStage, vcenterHead } from './support/stage.ts'

const newPlace = await makeSite()

const config = (group: string, rest = ''): string => `${vcenterHead('adopted')}    # Theirs is another one.
    network: VM Network
flavors:
  web: { plugin: vanilla, init: echo hello }
groups:
  web: { size: 2, flavor: web, instance: { provider: vcenter, template: DC0_C0_RP0_VM0, ${group} } }
${rest}
`

// As InfraKit's plugin leaves them: in the group's folder, with the group and the digest of its configuration in the notes.
const annotation = 'web\nWmFrZWFkYmVlZg0123456789abcdefgh=\n'

describe.skipIf(!hasVcsim())('machines that somebody else made', () => {
  test('those of InfraKit are taken in by name and by id, nothing of them is changed, and the next plan is empty', async () => {
    await using stage = await makeStage(newPlace, config('cpus: 2, memory: 1GiB'))
    const { vcenter, forge, plan, made } = stage
    for (const name of ['web-1a2b', 'web-3c4d']) await vcenter.clone(name, 'web', { numCPUs: 2, memoryMB: 1024n, annotation })
    const before = await vcenter.machines()
    const shown = await forge('import', 'group.web/1', '--query', 'web-1a2b', '--as-configured', '--auto-approve')
    expect(shown).toMatchObject({ code: 0, err: '' })
    expect(shown.out).toContain('Plan: 1 to import, 0 to add, 0 to change, 0 to destroy.')
    const { ref } = await vcenter.machine('web-3c4d')
    expect(await forge('import', 'group.web/2', '--id', ref.value, '--as-configured', '--auto-approve')).toMatchObject({ code: 0, err: '' })
    expect(await plan()).toMatchObject({ code: 0, err: '' })
    expect(await vcenter.machines()).toEqual(before)
    expect(await made()).toEqual(['web/web-1a2b', 'web/web-3c4d'])
  })

  test('one that was made by hand differs where it does, and a change leaves alone what is not configured', async () => {
    const nfs = `instances:
  nfs: { flavor: web, instance: { provider: vcenter, iso: '[LocalDS_0] iso/nfs.iso', cpus: 1, memory: 1GiB } }`
    await using stage = await makeStage(newPlace, config('cpus: 1', nfs))
    const { vcenter, forge, plan, apply } = stage
    await vcenter.upload('iso/nfs.iso')
    await vcenter.clone('nfs', 'storage', { numCPUs: 2, memoryMB: 1024n, annotation: 'Ask Ann before you touch it.' })
    const look = async (path: string) => (await vcenter.client.look((await vcenter.machine('nfs')).ref, [path]))?.properties.get(path)
    const network = await look('network')
    const taken = await forge('import', 'instance.nfs', '--query', 'nfs', '--folder', 'storage', '--as-configured', '--auto-approve')
    expect(taken).toMatchObject({ code: 0, err: '' })
    const next = await plan('--target', 'instance.nfs')
    expect(next.out).toMatch(/cpus: 2 -> 1 .*\n\s+iso: +"" -> "\[LocalDS_0\] iso\/nfs.iso".*\n\n/)
    await apply('--target', 'instance.nfs')
    expect(await plan('--target', 'instance.nfs')).toMatchObject({ code: 0, err: '' })
    expect(await vcenter.machine('nfs')).toMatchObject({ cpus: 1, folder: 'storage', isOn: true })
    expect((await vcenter.machine('nfs')).notes).toMatch(/^nfs\n[0-9a-f]{32}\nAsk Ann before you touch it.$/)
    expect(await look('network')).toEqual(network)
    expect(JSON.stringify(await look('config.extraConfig'))).not.toContain('guestinfo')
  })

  test('of several with one name the folder says which is meant', async () => {
    await using stage = await makeStage(newPlace, config('cpus: 2, memory: 1GiB'))
    const { vcenter, forge } = stage
    for (const folder of ['web', 'old']) await vcenter.clone('web-1', folder, { numCPUs: 2, memoryMB: 1024n })
    const unclear = await forge('import', 'group.web/1', '--query', 'web-1', '--auto-approve')
    expect(unclear.code).toBe(1)
    expect(unclear.err).toContain('2 objects have the name web-1')
    expect(await forge('import', 'group.web/1', '--query', 'web-1', '--folder', 'old', '--auto-approve')).toMatchObject({
      code: 0,
      err: '',
    })
    expect((await forge('state', 'show', 'group.web/1')).out).toContain('/DC0/vm/old')
    await vcenter.remove('web-1')
  })
})
