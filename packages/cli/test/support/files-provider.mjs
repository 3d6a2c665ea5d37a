// A whole provider of somebody else, as a plain module: an object is a file `world/UID.json` beside the configuration.
import { appendFile, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

const note = {
  name: 'files/note',
  doc: 'A note in a folder.',
  version: 1,
  inputs: {
    kind: 'object',
    fields: {
      text: { schema: { kind: 'string' }, doc: 'What it says.', required: true },
      password: { schema: { kind: 'secret' }, doc: 'Never written anywhere.' },
    },
  },
  outputs: { kind: 'object', fields: { path: { schema: { kind: 'string' }, doc: 'Where it is.', required: true } } },
  effect: () => 'live',
  guest: 'none',
}

const handlerIn = (folder) => {
  const pathOf = (uid) => join(folder, `${uid}.json`)
  const look = async (uid) => {
    try {
      return JSON.parse(await readFile(pathOf(uid), 'utf8'))
    } catch (error) {
      if (error.code === 'ENOENT') return null
      throw error
    }
  }
  const present = (uid, { text }) => ({
    kind: 'present',
    id: uid,
    inputs: { text },
    outputs: { path: pathOf(uid) },
    status: { kind: 'running' },
  })
  return {
    async observe(targets) {
      const seen = targets.map(async ({ uid }) => {
        const found = await look(uid)
        return [uid, found === null ? { kind: 'absent' } : present(uid, found)]
      })
      return new Map(await Promise.all(seen))
    },
    async *list(stack) {
      for (const file of await readdir(folder)) {
        const uid = file.replace(/\.json$/, '')
        const found = await look(uid)
        if (found?.mark?.stack === stack) yield { type: note.name, mark: found.mark, observation: present(uid, found) }
      }
    },
    async apply(_verb, target, desired) {
      if (desired.text === 'explode') throw Object.assign(new Error('The note exploded.'), { name: 'ProviderError', kind: 'invalid' })
      await writeFile(pathOf(target.uid), JSON.stringify({ text: desired.text, mark: target.mark }))
      return { id: target.uid, outputs: { path: pathOf(target.uid) } }
    },
    async preflight(wanted, _call, touched) {
      await appendFile(join(folder, '..', 'preflight.log'), `${wanted.map(({ address }) => address).join(' ')}\n`)
      const denied = [...wanted, ...touched]
        .filter(({ inputs }) => inputs.text?.startsWith('denied'))
        .map(({ address, work = 'create' }) => ({
          severity: 'warning',
          code: 'FORGE5203',
          summary: 'It is not allowed',
          detail: `${address}: ${work} is not allowed.`,
          address,
          stopsApply: true,
        }))
      const says = (word, severity, code) =>
        wanted
          .filter(({ inputs }) => inputs.text?.startsWith(word))
          .map(({ address }) => ({ severity, code, summary: `A note that says ${word}`, detail: `${address} says ${word}.`, address }))
      return [...says('doubtful', 'warning', 'FORGE5202'), ...says('forbidden', 'error', 'FORGE5201'), ...denied]
    },
    async delete(target) {
      await rm(pathOf(target.uid), { force: true })
    },
    async *find({ id, name }) {
      for (const file of await readdir(folder)) {
        const uid = file.replace(/\.json$/, '')
        const found = await look(uid)
        if ((id ?? uid) === uid && new RegExp(`^${(name ?? '*').replaceAll('*', '.*')}$`).test(found.text))
          yield { id: uid, uid, name: found.text, inputs: { text: found.text }, outputs: { path: pathOf(uid) } }
      }
    },
    async mark(target, mark) {
      await writeFile(pathOf(target.uid), JSON.stringify({ ...(await look(target.uid)), mark }))
    },
  }
}

export const provider = {
  name: 'files',
  doc: 'Notes in a folder.',
  settings: { kind: 'object', fields: {} },
  types: [note],
  machine: note.name,
  async open(_settings, { directory }) {
    const folder = join(directory, 'world')
    await mkdir(folder, { recursive: true })
    return { realm: folder, handlers: new Map([[note.name, handlerIn(folder)]]), [Symbol.asyncDispose]: async () => undefined }
  },
}
