import { readdirSync, readFileSync } from 'node:fs'
import { cp, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { randomUUID } from 'node:crypto'
import type { PlainMap } from '@forgeplan/model'
import { remoteId } from '@forgeplan/model'
import type { Subject } from '@forgeplan/sdk/conformance'
import { hyperkit } from '../src/index.ts'
import { kill, processesIn, until } from './rig.ts'

/** What the conformance suite is told of the machines in `folder`, which run as `settings` say. */
export const machineSubject = (folder: string, settings: PlainMap): Subject => {
  const root = join(folder, 'machines')
  return {
    provider: hyperkit,
    offers: ['mark', 'preflight', 'find'],
    settings: { ...settings, root: 'machines' },
    otherWorld: { ...settings, root: 'elsewhere' },
    sameWorld: { ...settings, root },
    directory: folder,
    inputs: (name) => ({ init: 'echo up', tags: { role: 'test' }, name, memory: '64MiB' }),
    changed: (inputs) => ({ ...inputs, tags: { role: 'other' } }),
    secret: {
      inject: (inputs, canary) => ({ ...inputs, init: `TOKEN=${canary}; sleep 60`, environment: { TOKEN: canary } }),
      places: async () => [...filesBesideTheImage(root), ...commandLinesAndEnvironments()],
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
        // Its supervisor outlives a hypervisor for a moment, and the machine runs as long as it does.
        await until('the machine ends', async () => (await processesIn(join(root, id))).length === 0)
      },
    },
  }
}

const filesBesideTheImage = (root: string): readonly string[] =>
  (readdirSync(root, { recursive: true, withFileTypes: true }) ?? [])
    .filter((entry) => entry.isFile() && entry.name !== 'data.iso')
    // What is being written may have got its name meanwhile.
    .map((entry) => read(join(entry.parentPath, entry.name)))

// A guest's own environment is the place a secret is delivered to; those of supervisors and of qemu, and all command
// lines, are not.
const commandLinesAndEnvironments = (): readonly string[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      const line = read(`/proc/${pid}/cmdline`)
      return /supervisor\/main\.js|qemu-system/.test(line) ? [line, read(`/proc/${pid}/environ`)] : [line]
    })

const read = (path: string): string => {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}
