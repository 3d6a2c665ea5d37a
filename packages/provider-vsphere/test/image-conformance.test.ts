import { createHash, randomUUID } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ImageInputs, Plain, PlainMap } from '@forgeplan/model'
import { remoteId } from '@forgeplan/model'
import type { ImageFile } from '@forgeplan/sdk'
import { conformanceCases } from '@forgeplan/sdk/conformance'
import type { Client, DatastoreFile } from '@forgeplan/vsphere-soap'
import { bytesSource } from '@forgeplan/vsphere-soap'
import { afterAll, describe, it } from 'vitest'
import { hasVcsim } from '../../../test/require.ts'
import { startVcsim } from '../../../test/support/vcsim.ts'
import { imageType } from '../src/image/image-type.ts'
import { openClient, settingsOf, subjectOf } from './subject.ts'

const worlds = hasVcsim() ? await Promise.all([startVcsim(['-vm', '1']), startVcsim(['-esx', '-vm', '0'])]) : null
const folder = await mkdtemp(join(tmpdir(), 'forge-images-'))
afterAll(async () => {
  for (const world of worlds ?? []) await world[Symbol.asyncDispose]()
  await rm(folder, { recursive: true })
})

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')

const make = async ({ digest }: ImageInputs): Promise<readonly ImageFile[]> => {
  const path = join(folder, digest)
  await writeFile(path, digest)
  return [{ suffix: '.iso', path, size: digest.length, sha256: sha256(digest) }]
}

const inputs = (name: string): PlainMap => ({
  name: 'docker-host',
  digest: sha256(name),
  format: 'iso',
  plugin: 'linuxkit',
  config: { source: 'docker.iso' },
  datastore: 'LocalDS_0',
  folder: 'images',
})

const noteOf = (id: string): DatastoreFile => ({
  datacenter: 'DC0',
  datastore: 'LocalDS_0',
  path: `forge-images/${id.slice(id.indexOf('/') + 1)}.json`,
})

const read = async (client: Client, file: DatastoreFile): Promise<PlainMap> => {
  const parts: Uint8Array[] = []
  for await (const part of client.datastores.download(file)) parts.push(part)
  return JSON.parse(Buffer.concat(parts).toString()) as PlainMap
}

describe.skipIf(worlds === null)('images of vSphere conform', () => {
  const [main = { port: 0 }, other = { port: 0 }] = worlds ?? []
  const write = (client: Client, id: string, note: PlainMap) =>
    client.datastores.upload(noteOf(id), bytesSource(Buffer.from(JSON.stringify(note))))
  const discard = async (id: string): Promise<void> => {
    await using client = await openClient(main)
    for await (const { ref, properties } of client.retrieve({
      of: { under: client.content.rootFolder },
      properties: { Datacenter: ['name'] },
    }))
      if (properties.get('name') === 'DC0') await client.datastores.remove(ref, `[LocalDS_0] ${noteOf(id).path}`)
  }
  const subject = {
    ...subjectOf(main, other, {}),
    type: imageType,
    images: { make },
    offers: ['mark', 'preflight'] as const,
    settings: settingsOf(main, { datastore: 'LocalDS_0' }),
    sameWorld: settingsOf(main, { datastore: '/DC0/datastore/LocalDS_0', url: `https://localhost:${main.port}/sdk` }),
    otherWorld: settingsOf(other, {}),
    inputs,
    changed: (given: PlainMap) => ({ ...given, config: { source: 'elsewhere.iso' } }),
    world: {
      copy: {
        make: async (id: string) => {
          await using client = await openClient(main)
          const copy = remoteId(`${id.slice(0, id.indexOf('/'))}/${randomUUID()}`)
          await write(client, copy, await read(client, noteOf(id)))
          return copy
        },
        discard,
      },
      writeMark: async (id: string, mark: Plain) => {
        await using client = await openClient(main)
        await write(client, id, { ...(await read(client, noteOf(id))), mark })
      },
    },
  }
  for (const { name, run } of conformanceCases(subject)) it(name, run)
})
