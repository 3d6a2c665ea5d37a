import { readdirSync, readFileSync } from 'node:fs'
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { randomUUID } from 'node:crypto'
import { remoteId } from '@forgeplan/model'
import type { Subject } from '@forgeplan/sdk/conformance'
import { conformanceCases } from '@forgeplan/sdk/conformance'
import { afterAll, describe, expect, it } from 'vitest'
import { hyperkit } from '../src/index.ts'
import { kill, processesIn, until } from './rig.ts'

const folder = await mkdtemp(join(tmpdir(), 'forge-conformance-'))
const root = join(folder, 'machines')

const subject: Subject = {
  provider: hyperkit,
  offers: ['mark', 'preflight', 'find', 'guest'],
  settings: { driver: 'stub', root: 'machines' },
  otherWorld: { driver: 'stub', root: 'elsewhere' },
  sameWorld: { driver: 'stub', root },
  directory: folder,
  inputs: (name) => ({ init: 'echo up', tags: { role: 'test' }, name }),
  changed: (inputs) => ({ ...inputs, tags: { role: 'other' } }),
  command: { argv: ['echo', 'hello'], stdout: 'hello\n' },
  secret: {
    inject: (inputs, canary) => ({ ...inputs, init: `TOKEN=${canary}; sleep 60`, environment: { TOKEN: canary } }),
    places: async () => [...filesBesideTheImage(), ...commandLinesAndEnvironments()],
  },
  world: {
    copy: {
      async make(id) {
        const copy = randomUUID()
        await cp(join(root, id), join(root, copy), { recursive: true })
        return remoteId(copy)
      },
      discard: (id) => rm(join(root, id), { recursive: true }),
    },
    writeMark: (id, raw) => writeFile(join(root, id, 'mark.json'), JSON.stringify(raw)),
    async stop(id) {
      const pid = Number(await readFile(join(root, id, 'hyperkit.pid'), 'utf8'))
      kill(pid)
      await until('the machine ends', async () => !(await processesIn(join(root, id))).includes(pid))
    },
  },
}

const filesBesideTheImage = (): readonly string[] =>
  (readdirSync(root, { recursive: true, withFileTypes: true }) ?? [])
    .filter((entry) => entry.isFile() && entry.name !== 'data.iso')
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8'))

// The guest's own environment is the place a secret is delivered to; the supervisor's and all command lines are not.
const commandLinesAndEnvironments = (): readonly string[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      const line = read(`/proc/${pid}/cmdline`)
      return line.includes('supervisor/main.js') ? [line, read(`/proc/${pid}/environ`)] : [line]
    })

const read = (path: string): string => {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}

describe('the stub driver conforms', () => {
  for (const { name, run } of conformanceCases(subject)) it(name, run)

  afterAll(async () => {
    const left = await processesIn(folder)
    for (const pid of left) kill(pid)
    await rm(folder, { recursive: true, force: true })
    expect(left).toEqual([])
  })
})
