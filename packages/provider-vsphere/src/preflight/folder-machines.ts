import type { Client, Ref } from '@forgeplan/vsphere-soap'
import { encodeName } from '../places/naming.ts'
import { refsOf } from '../places/properties.ts'
import { keyOf } from '../places/ref-key.ts'
import { machineOf, glancePaths } from '../vm/machine.ts'

// So many names are asked for one by one; for more, all machines of the folder are read.
const few = 3

/** The machines of folders by name, each folder read at most once. */
export class FolderMachines {
  readonly #client: Client
  readonly #signal: AbortSignal
  readonly #read = new Map<string, Promise<ReadonlyMap<string, 'own' | 'foreign'>>>()

  constructor(client: Client, signal: AbortSignal) {
    this.#client = client
    this.#signal = signal
  }

  /** All of a folder; `own` carries a genuine mark of forge's. @throws VsphereError; the signal's reason. */
  of(folder: Ref): Promise<ReadonlyMap<string, 'own' | 'foreign'>> {
    const reading = this.#read.get(keyOf(folder)) ?? this.#all(folder)
    this.#read.set(keyOf(folder), reading)
    return reading
  }

  /** Those of some names that a machine in the folder has. @throws VsphereError; the signal's reason. */
  async among(folder: Ref, names: ReadonlySet<string>): Promise<ReadonlySet<string>> {
    const taken = new Set<string>()
    const machines = names.size > few || this.#read.has(keyOf(folder)) ? await this.of(folder) : null
    for (const name of names) if (machines === null ? await this.#isMachine(folder, name) : machines.has(name)) taken.add(name)
    return taken
  }

  async #all(folder: Ref): Promise<ReadonlyMap<string, 'own' | 'foreign'>> {
    const seen = await this.#client.look(folder, ['childEntity'], { signal: this.#signal })
    const objects = (seen === null ? [] : (refsOf(seen, 'childEntity') ?? [])).filter(({ type }) => type === 'VirtualMachine')
    const query = { of: { objects }, properties: { VirtualMachine: glancePaths } }
    const machines = new Map<string, 'own' | 'foreign'>()
    for await (const each of this.#client.retrieve(query, { signal: this.#signal, pageSize: 1000 })) {
      const { name, mark, instanceUuid } = machineOf(each)
      machines.set(name, mark !== undefined && mark.uid === instanceUuid ? 'own' : 'foreign')
    }
    return machines
  }

  async #isMachine(entity: Ref, name: string): Promise<boolean> {
    const { searchIndex } = this.#client.content
    if (searchIndex === undefined) return false
    const child = await this.#client.call('FindChild', searchIndex, { entity, name: encodeName(name) }, { signal: this.#signal })
    return child?.type === 'VirtualMachine'
  }
}
