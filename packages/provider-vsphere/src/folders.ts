import type { Client, Ref } from '@forgeplan/vsphere-soap'
import { isFault, isRef } from '@forgeplan/vsphere-soap'
import { ProviderError } from '@forgeplan/sdk'
import { decodeName, encodeName } from './places/naming.ts'
import { once } from './places/once.ts'

/** What holds machines and folders, by the value of its reference: its name and what holds it. */
interface Holder {
  readonly name: string
  readonly parent: Ref | null
}

/** The tree of folders, as far as it was met. */
export class Folders {
  readonly #client: Client
  readonly #holders = new Map<string, Holder>()
  readonly #ensured = new Map<string, (signal: AbortSignal) => Promise<Ref>>()

  constructor(client: Client) {
    this.#client = client
  }

  /** Learns of one. */
  learn(ref: Ref, name: string, parent: Ref | null): void {
    this.#holders.set(ref.value, { name: decodeName(name), parent })
  }

  /** The path of a folder from the root: `/DC0/vm/web`. What is unknown on the way is read. */
  async path(ref: Ref, signal: AbortSignal): Promise<string> {
    const names: string[] = []
    for (let at: Ref | null = ref; at !== null && at.value !== this.#client.content.rootFolder.value;) {
      const { name, parent } = await this.#holder(at, signal)
      names.unshift(name)
      at = parent
      if (names.length > 64) throw new ProviderError('internal', 'The folders of the inventory stand in a circle.')
    }
    return `/${names.join('/')}`
  }

  /** The folder of that path below another, made where it is missing; many may ask for it at once. `path` has no empty part. */
  ensure(root: Ref, path: readonly string[], signal: AbortSignal): Promise<Ref> {
    const [name, key] = [path.at(-1), JSON.stringify([root.value, ...path])]
    if (name === undefined) return Promise.resolve(root)
    const known = this.#ensured.get(key)
    if (known !== undefined) return known(signal)
    const ensure = once(async (ends) => this.#ensureIn(await this.ensure(root, path.slice(0, -1), ends), name, ends))
    this.#ensured.set(key, ensure)
    return ensure(signal)
  }

  /** Forgets what `ensure` has made of a path, after it was found to be gone. */
  forget(): void {
    this.#ensured.clear()
  }

  async #ensureIn(parent: Ref, name: string, signal: AbortSignal): Promise<Ref> {
    const existing = await this.#childOf(parent, name, signal)
    if (existing !== null) return existing
    try {
      const made = await this.#client.call('CreateFolder', parent, { name: encodeName(name) }, { signal })
      this.learn(made, name, parent)
      return made
    } catch (error) {
      if (isFault(error, 'NotSupported'))
        throw new ProviderError('invalid', 'A standalone host has no folders: leave out folder, or set it to "/".')
      if (!isFault(error, 'DuplicateName')) throw error
      const other = await this.#childOf(parent, name, signal)
      if (other === null) throw error
      return other
    }
  }

  /** The folder of that name. @throws ProviderError where something else has the name. */
  async #childOf(parent: Ref, name: string, signal: AbortSignal): Promise<Ref | null> {
    const { searchIndex } = this.#client.content
    const child =
      searchIndex === undefined
        ? undefined
        : await this.#client.call('FindChild', searchIndex, { entity: parent, name: encodeName(name) }, { signal })
    if (!isRef(child)) return null
    if (child.type === 'Folder') return child
    throw new ProviderError('invalid', `The folder ${name} cannot be made: there is a ${child.type} of that name. Choose another folder.`)
  }

  async #holder(ref: Ref, signal: AbortSignal): Promise<Holder> {
    const known = this.#holders.get(ref.value)
    if (known !== undefined) return known
    const seen = await this.#client.look(ref, ['name', 'parent'], { signal })
    const [name, parent] = [seen?.properties.get('name'), seen?.properties.get('parent')]
    this.learn(ref, typeof name === 'string' ? name : ref.value, isRef(parent) ? parent : null)
    return this.#holders.get(ref.value) as Holder
  }
}
