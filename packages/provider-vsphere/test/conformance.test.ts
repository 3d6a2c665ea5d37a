import type { Plain, PlainMap } from '@forgeplan/model'
import { conformanceCases } from '@forgeplan/sdk/conformance'
import type { Client, Ref } from '@forgeplan/vsphere-soap'
import { bytesSource } from '@forgeplan/vsphere-soap'
import { afterAll, describe, it } from 'vitest'
import { hasVcsim } from '../../../test/require.ts'
import { startVcsim } from '../../../test/support/vcsim.ts'
import { attributeKeys } from '../src/folder/attribute.ts'
import { folderType } from '../src/folder/folder-type.ts'
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

const calm = new AbortController().signal
const managerOf = ({ content }: Client): Ref => content.customFieldsManager as Ref

const machines = {
  'from a template': { template: 'DC0_H0_VM0' },
  'from an image': { init: 'echo hello', iso: '[LocalDS_0] boot.iso', network: 'VM Network', disks: [{ name: 'data', size: 2 ** 30 }] },
}

describe.skipIf(worlds === null)('the vSphere provider conforms', () => {
  const [main = { port: 0 }, other = { port: 0 }] = worlds ?? []
  describe.each(Object.entries(machines))('with machines %s', (_, inputs) => {
    for (const { name, run } of conformanceCases(subjectOf(main, other, inputs))) it(name, run)
  })

  describe('with folders', () => {
    const { world: _, ...subject } = subjectOf(main, other, {})
    const folders = {
      ...subject,
      type: folderType,
      offers: ['mark', 'preflight', 'find'] as const,
      inputs: (name: string) => ({ name }),
      changed: ({ name }: PlainMap) => ({ name: `${String(name)}-renamed`, parent: 'conformance/deep' }),
      world: {
        writeMark: async (id: string, raw: Plain) => {
          await using client = await openClient(main)
          const key = (await attributeKeys(client, calm)).mark ?? 0
          const value = JSON.stringify(raw)
          await client.call('SetField', managerOf(client), { entity: { type: 'Folder', value: id }, key, value })
        },
      },
    }
    for (const { name, run } of conformanceCases(folders)) it(name, run)
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
