import { copyFile, mkdtemp, readFile, readdir, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { remoteId } from '@forgeplan/model'
import { conformanceCases } from '@forgeplan/sdk/conformance'
import { notes } from './notes.ts'

describe('the notes provider conforms', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'forge-notes-'))
  const file = (id: string): string => join(directory, 'here', `${id}.json`)
  await symlink('here', join(directory, 'alias'))
  afterAll(async () => {
    expect(await readdir(join(directory, 'here'))).toEqual([])
    await rm(directory, { recursive: true })
  })
  const cases = conformanceCases({
    provider: notes,
    offers: [],
    settings: { folder: 'here' },
    sameWorld: { folder: './alias' },
    otherWorld: { folder: 'there' },
    directory,
    inputs: (name) => ({ text: `I am ${name}` }),
    changed: () => ({ text: 'I have changed' }),
    world: {
      copy: {
        make: async (id) => {
          await copyFile(file(id), file(`${id}-copy`))
          return remoteId(`${id}-copy`)
        },
        discard: (id) => rm(file(id)),
      },
      writeMark: async (id, mark) => {
        const { text } = JSON.parse(await readFile(file(id), 'utf8')) as { text: string }
        await writeFile(file(id), JSON.stringify({ mark, text }))
      },
    },
  })
  for (const { name, run } of cases) it(name, run)
})
