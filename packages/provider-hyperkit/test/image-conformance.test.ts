import { createHash, randomUUID } from 'node:crypto'
import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ImageInputs } from '@forgeplan/model'
import { remoteId } from '@forgeplan/model'
import type { ImageFile } from '@forgeplan/sdk'
import type { Subject } from '@forgeplan/sdk/conformance'
import { conformanceCases } from '@forgeplan/sdk/conformance'
import { afterAll, describe, it } from 'vitest'
import { hyperkit } from '../src/index.ts'
import { imageType } from '../src/image/image-type.ts'

const folder = await mkdtemp(join(tmpdir(), 'forge-images-'))
afterAll(() => rm(folder, { recursive: true }))

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')

const make = async ({ digest }: ImageInputs): Promise<readonly ImageFile[]> => {
  const path = join(folder, digest)
  await writeFile(path, digest)
  return [{ suffix: '.iso', path, size: digest.length, sha256: sha256(digest) }]
}

const inputs = (name: string): ImageInputs => ({
  name: 'docker-host',
  digest: sha256(name),
  format: 'iso',
  plugin: 'linuxkit',
  config: { source: 'docker.iso' },
})

const claim = (id: string): string => join(folder, 'machines', '.images', `${id}.json`)

const subject: Subject = {
  provider: hyperkit,
  type: imageType,
  images: { make },
  offers: ['mark'],
  settings: { root: 'machines' },
  otherWorld: { root: 'elsewhere' },
  sameWorld: { root: join(folder, 'machines') },
  directory: folder,
  inputs,
  changed: (given) => ({ ...given, config: { source: 'elsewhere.iso' } }),
  world: {
    copy: {
      async make(id) {
        const copy = randomUUID()
        await copyFile(claim(id), claim(copy))
        return remoteId(copy)
      },
      discard: (id) => rm(claim(id)),
    },
    async writeMark(id, mark) {
      const old = JSON.parse(await readFile(claim(id), 'utf8')) as object
      await writeFile(claim(id), JSON.stringify({ ...old, mark }))
    },
  },
}

describe('images of the local machines conform', () => {
  for (const { name, run } of conformanceCases(subject)) it(name, run)
})
