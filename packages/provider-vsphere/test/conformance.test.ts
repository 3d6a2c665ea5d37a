import { conformanceCases } from '@forgeplan/sdk/conformance'
import { bytesSource } from '@forgeplan/vsphere-soap'
import { afterAll, describe, it } from 'vitest'
import { hasVcsim } from '../../../test/require.ts'
import { startVcsim } from '../../../test/support/vcsim.ts'
import { diskType } from '../src/disk/disk-type.ts'
import { openClient, settingsOf, subjectOf } from './subject.ts'

const worlds = hasVcsim() ? await Promise.all([startVcsim(['-vm', '1']), startVcsim(['-esx', '-vm', '0'])]) : null

if (worlds !== null) {
  // Preflight looks whether it is there.
  const client = await openClient(worlds[0])
  await client.datastores.upload({ datacenter: 'DC0', datastore: 'LocalDS_0', path: 'boot.iso' }, bytesSource(Buffer.from('boot')))
  await client.close()
}

afterAll(async () => {
  for (const world of worlds ?? []) await world[Symbol.asyncDispose]()
})

const machines = {
  'from a template': { template: 'DC0_H0_VM0' },
  'from an image': { init: 'echo hello', iso: '[LocalDS_0] boot.iso', network: 'VM Network', disks: [{ name: 'data', size: 2 ** 30 }] },
}

describe.skipIf(worlds === null)('the vSphere provider conforms', () => {
  const [main = { port: 0 }, other = { port: 0 }] = worlds ?? []
  describe.each(Object.entries(machines))('with machines %s', (_, inputs) => {
    for (const { name, run } of conformanceCases(subjectOf(main, other, inputs))) it(name, run)
  })

  describe('with kept disks', () => {
    const { world: _, changed: __, ...subject } = subjectOf(main, other, { size: 2 ** 30 })
    const settings = { ...settingsOf(main), diskFolder: '[LocalDS_0] forge-disks' }
    const disks = {
      ...subject,
      type: diskType,
      offers: ['mark', 'preflight'] as const,
      settings,
      sameWorld: { ...settings, diskFolder: '[LocalDS_0]forge-disks' },
      changed: () => ({ size: 2 ** 31 }),
    }
    for (const { name, run } of conformanceCases(disks)) it(name, run)
  })
})
