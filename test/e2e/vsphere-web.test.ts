import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { hasVcsim } from '../require.ts'
import { root } from './support/command.ts'
import { makeSite } from './support/place.ts'
import { makeStage } from './support/stage.ts'

const example = await readFile(join(root, 'examples', 'vsphere-web', 'forge.yaml'), 'utf8')
const newPlace = await makeSite()
const stageOf = () => makeStage(newPlace, example)

const standing = (...members: readonly number[]): readonly string[] => [
  'vm/vsphere-web-database',
  ...members.map((member) => `web/vsphere-web-web-${member}`),
]

describe.skipIf(!hasVcsim())('the example vsphere-web on a simulated vCenter', () => {
  test('is planned, built, needs nothing more, and is taken down', async () => {
    await using stage = await stageOf()
    const { vcenter, plan, apply, destroy, made } = stage
    const files = await vcenter.files('')
    const first = await plan()
    expect(first).toMatchObject({ code: 2, err: '' })
    expect(first.out).toContain('Plan: 4 to add, 0 to change, 0 to destroy.')
    expect(first.out).not.toMatch(/ERROR|WARN/)
    expect(await apply()).toContain('Resources: 4 added, 0 changed, 0 destroyed.')
    expect(await made()).toEqual(standing(1, 2, 3))
    expect((await vcenter.machine('vsphere-web-web-2')).notes).toMatch(/^web\n[0-9a-f]{32}\nrelease one$/)
    expect(await plan()).toMatchObject({ code: 0, err: '' })
    expect(await destroy()).toContain('Resources: 4 destroyed.')
    // Folders stay: what somebody puts into one at the same time would be deleted with it.
    expect(await vcenter.folders()).toEqual(['datastore', 'host', 'network', 'vm', 'web'])
    expect(await vcenter.files('')).toEqual([...files, 'forge-data'].toSorted())
    expect(await vcenter.files('forge-data')).toEqual([])
  })

  test('what a person does to its machines is shown and repaired', async () => {
    await using stage = await stageOf()
    const { vcenter, plan, apply, made } = stage
    await apply()
    await vcenter.powerOff('vsphere-web-web-1')
    expect((await plan()).out).toContain('stopped outside of forge: powered off')
    await vcenter.reconfigure('vsphere-web-web-2', { numCPUs: 4 })
    const changed = await plan()
    expect(changed.out).toMatch(/# group\.web\/2 will be restarted: changed outside of forge: cpus\n.*\n\s+cpus: 4 -> 1 .*drifted/)
    expect(changed.out).toContain('Plan: 0 to add, 2 to change, 0 to destroy.')
    await vcenter.remove('vsphere-web-web-3')
    expect((await plan()).out).toContain('vanished: the platform says it does not exist')
    await apply()
    expect(await made()).toEqual(standing(1, 2, 3))
    expect((await vcenter.machines()).filter(({ folder }) => folder === 'web')).toMatchObject(Array(3).fill({ cpus: 1, isOn: true }))
    expect(await plan()).toMatchObject({ code: 0, err: '' })
  })

  test('a machine that is moved out of its folder is let go and replaced, and one too many when it comes back', async () => {
    await using stage = await stageOf()
    const { vcenter, plan, apply, made } = stage
    await apply()
    await vcenter.move('vsphere-web-web-1', 'vm')
    const moved = await plan()
    expect(moved.out).toContain('group.web/1 will be released and left as it is: moved out of its place')
    expect(moved.out).toContain('group.web/4 will be created: takes the place of group.web/1')
    await apply()
    expect(await made()).toEqual(['vm/vsphere-web-database', ...standing(2, 3, 4).slice(1), 'vm/vsphere-web-web-1'].toSorted(byName))
    expect(await plan()).toMatchObject({ code: 0, err: '' })
    await vcenter.move('vsphere-web-web-1', 'web')
    expect((await plan()).out).toContain('size 4 -> 3')
    await apply()
    expect(await made()).toEqual(standing(1, 2, 3))
    expect(await plan()).toMatchObject({ code: 0, err: '' })
  })

  test('a change is made in place where that can be, by restarts one after the other, and by successors', async () => {
    await using stage = await stageOf()
    const { vcenter, plan, apply, made } = stage
    await apply()
    const refs = async () => (await vcenter.machines()).map(({ ref }) => ref.value)
    const before = await refs()
    expect((await plan('--var', 'release=two')).out).toContain('will be updated in place: notes changed')
    await apply('--var', 'release=two')
    const more = await plan('--var', 'release=two', '--var', 'cpus=2')
    expect(more.out).toContain('group.web  3 restarted in 3 waves of 1')
    await apply('--var', 'release=two', '--var', 'cpus=2')
    expect(await refs()).toEqual(before)
    expect(await vcenter.machine('vsphere-web-web-3')).toMatchObject({ cpus: 2, isOn: true, notes: expect.stringMatching(/release two$/) })
    const other = ['--var', 'release=two', '--var', 'cpus=2', '--var', 'template=DC0_C0_RP0_VM0']
    expect((await plan(...other)).out).toContain('3 replaced in 3 waves of 1, successors first')
    await apply(...other)
    expect(await made()).toEqual(standing(4, 5, 6))
    expect(await plan(...other)).toMatchObject({ code: 0, err: '' })
  })

  test('a certificate that is not the one of the thumbprint is refused, and its own thumbprint is shown', async () => {
    await using stage = await stageOf()
    const { err, code } = await stage.plan('--var', `thumbprint=sha256:${'00:'.repeat(31)}00`)
    expect(code).toBe(1)
    expect(err.replaceAll(/\s*│\s*/g, ' ')).toContain(stage.vcenter.thumbprint.slice('sha256:'.length))
  })
})

const byName = (a: string, b: string): number => (a.split('/')[1] ?? '').localeCompare(b.split('/')[1] ?? '')
