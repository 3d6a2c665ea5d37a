import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openClient } from '../../packages/provider-vsphere/test/subject.ts'
import { herd } from '../../packages/provider-vsphere/test/support/infrakit-herd.ts'
import { hasVcsim } from '../require.ts'
import type { Vcsim } from '../support/vcsim.ts'
import { startVcsim } from '../support/vcsim.ts'
import { supervisorsOf } from './support/oracle.ts'
import { makeSite } from './support/place.ts'

const makePlace = await makeSite()

const local = (stack: string): string => `stack: ${stack}
providers:
  local: { plugin: hyperkit, root: machines }
flavors:
  idle: { plugin: vanilla, init: "exec sleep 1000" }
groups:
  web: { size: 2, instance: { provider: local }, flavor: idle }
`

test('machines that one stack let go of become members of another in one command', async () => {
  const place = await makePlace(local('first'))
  await place.done(['apply', '--auto-approve'])
  const before = supervisorsOf(place.world())
  for (const address of ['group.web/1', 'group.web/2']) await place.done(['state', 'rm', address])
  await place.write('forge.yaml', local('second'))
  const second = ['--state', 'second.db']
  const taken = await place.done(['import', 'group.web', '--query', 'first-web-*', '--as-configured', '--auto-approve', ...second])
  expect(taken).toContain('Plan: 2 to import, 0 to add, 0 to change, 0 to destroy.')
  expect(taken).toContain('Apply complete! Resources: 2 imported, 0 added, 0 changed, 0 destroyed.')
  expect(await place.done(['plan', ...second])).toContain('No changes.')
  expect(supervisorsOf(place.world())).toEqual(before)
  expect(before).toHaveLength(2)
})

const fleet = (port: number, members: string): string => `stack: fleet
providers:
  vc: { plugin: vsphere, url: "https://127.0.0.1:${port}", insecure: true, cluster: DC0_C0 }
groups:
  web:
    ${members}
    instance: { provider: vc, cpus: 1, memory: 512MiB, folder: web, template: DC0_H0_VM0, datastore: LocalDS_0 }
`

describe.skipIf(!hasVcsim())('machines that InfraKit made', () => {
  let vcsim: Vcsim | undefined
  const env = { GOVC_USERNAME: 'user', GOVC_PASSWORD: 'pass' }

  beforeAll(async () => {
    vcsim = await startVcsim(['-vm', '1'])
    const client = await openClient(vcsim)
    await herd(client, { group: 'web', size: 3 })
    await client.close()
  })
  afterAll(() => vcsim?.[Symbol.asyncDispose]())

  test('become members in one command, then the plan is empty, and they are members like any other', async () => {
    const place = await makePlace(fleet(vcsim?.port ?? 0, 'size: 3'))
    const taken = await place.forge(['import', 'group.web', '--infrakit-group', 'web', '--as-configured', '--auto-approve'], env)
    expect(taken).toMatchObject({ code: 0, out: expect.stringContaining('Plan: 3 to import, 0 to add, 0 to change, 0 to destroy.') })
    expect((await place.rows()).map(({ address }) => address)).toEqual(['group.web/1', 'group.web/2', 'group.web/3'])
    expect(await place.done(['plan'], env)).toContain('No changes.')
    await place.write('forge.yaml', fleet(vcsim?.port ?? 0, 'size: 2'))
    expect(await place.done(['apply', '--max-destroy', '1', '--auto-approve'], env)).toContain('1 destroyed')
    expect(await place.done(['plan'], env)).toContain('No changes.')
  })
})
