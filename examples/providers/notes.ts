import { existsSync, mkdirSync, readdirSync, readFileSync, realpathSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { type Observation, object, parseMark, realm, remoteId, typeName } from '@forgeplan/model'
import { type Handler, type Provider, type Target, defineProvider, ProviderError } from '@forgeplan/sdk'

const note = typeName('notes', 'note')
const text = (doc: string) => ({ schema: { kind: 'string' }, doc, required: true }) as const
const shape = { inputs: object({ text: text('What it says.') }), outputs: object({ path: text('Its file.') }) }

/** A whole provider: a note is a JSON file, and its name is its identity, so a copied file is only ever a copy. */
export const notes: Provider = defineProvider({
  name: 'notes',
  doc: 'Notes in a folder.',
  settings: object({ folder: text('Where the notes lie.') }),
  machine: note,
  types: [{ name: note, doc: 'A note.', version: 1, ...shape, effect: () => 'live', guest: 'none' }],
  open: async (settings, host) => {
    const place = resolve(host.directory, String(settings['folder']))
    mkdirSync(place, { recursive: true })
    return { realm: realm(realpathSync(place)), handlers: new Map([[note, handler(place)]]), [Symbol.asyncDispose]: async () => undefined }
  },
})

const handler = (place: string): Handler => {
  const file = (name: string): string => join(place, `${name}.json`)
  const read = (name: string) => JSON.parse(readFileSync(file(name), 'utf8')) as { readonly mark: unknown; readonly text: string }
  const markOn = (name: string) => parseMark(read(name).mark)
  const see = (name: string, lineage: string): Observation => {
    const [id, mark, outputs] = [remoteId(name), markOn(name), { path: file(name) }]
    if (mark !== undefined && mark.uid !== name) return { kind: 'copy', id, of: mark.uid }
    if (mark !== undefined && mark.lineage !== lineage) return { kind: 'foreign', id, lineage: mark.lineage }
    return { kind: 'present', id, inputs: { text: read(name).text }, outputs, status: { kind: 'running' } }
  }
  const look = ({ uid, id, mark }: Target): Observation => {
    if (existsSync(file(uid))) return see(uid, mark.lineage)
    return id !== null && existsSync(file(id)) && markOn(id)?.uid === uid ? see(id, mark.lineage) : { kind: 'absent' }
  }
  return {
    observe: async (targets) => new Map(targets.map((target) => [target.uid, look(target)])),
    async *list(stack) {
      const names = readdirSync(place).flatMap((entry) => (entry.endsWith('.json') ? [entry.slice(0, -5)] : []))
      for (const [name, mark] of names.map((one) => [one, markOn(one)] as const))
        if (mark?.stack === stack) yield { type: note, mark, observation: see(name, mark.lineage) }
    },
    apply: async (verb, target, desired, _seen, call) => {
      call.signal.throwIfAborted()
      const now = look(target).kind
      if (now !== 'present' && (now !== 'absent' || verb !== 'create')) throw new ProviderError('conflict', `The note is ${now}.`)
      writeFileSync(`${file(target.uid)}.part`, JSON.stringify({ mark: target.mark, text: desired['text'] }))
      renameSync(`${file(target.uid)}.part`, file(target.uid))
      return { id: remoteId(target.uid), outputs: { path: file(target.uid) } }
    },
    delete: async (target) => {
      const ours = look(target).kind === 'present' && markOn(target.uid) !== undefined
      if (!ours && look(target).kind !== 'absent') throw new ProviderError('conflict', 'The note is not ours.')
      rmSync(file(target.uid), { force: true })
    },
  }
}
