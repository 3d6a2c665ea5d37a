import { ProviderError } from '@forgeplan/sdk'
import type { Client, Ref } from '@forgeplan/vsphere-soap'
import { isA, isFault } from '@forgeplan/vsphere-soap'

type Values = Readonly<Record<string, string>>

/** The custom attributes of machines, which a vCenter keeps by keys that all machines share. */
export class Attributes {
  readonly #client: Client
  #keys: Promise<ReadonlyMap<string, number>> | null = null

  constructor(client: Client) {
    this.#client = client
  }

  /** The values that some machines have, by the value of their reference; one that is gone is left out. @throws VsphereError; ProviderError. */
  async of(refs: readonly Ref[], signal: AbortSignal): Promise<ReadonlyMap<string, Values>> {
    const all = new Map<string, Values>()
    if (refs.length === 0) return all
    const names = new Map([...(await this.#read(signal))].map(([name, key]) => [key, name]))
    const query = { of: { objects: refs }, properties: { VirtualMachine: ['customValue'] } }
    for await (const { ref, properties, missing } of this.#client.retrieve(query, { signal, pageSize: 1000 })) {
      if (missing.some(({ path }) => path === 'customValue'))
        throw new ProviderError('denied', 'The custom attributes of a machine cannot be read.')
      all.set(ref.value, valuesIn(properties.get('customValue'), names))
    }
    return all
  }

  /** Sets values; an empty one takes an attribute off. What is not defined yet is defined for machines. @throws VsphereError; ProviderError. */
  async put(entity: Ref, values: Values, signal: AbortSignal): Promise<void> {
    for (const [name, value] of Object.entries(values)) {
      const key = await this.#key(name, { isWanted: value !== '', signal })
      signal.throwIfAborted()
      if (key !== undefined) await this.#client.call('SetField', this.#manager(), { entity, key, value }, { signal })
    }
  }

  /** Those of some names that no attribute of machines has yet. @throws VsphereError; ProviderError. */
  async undefinedAmong(names: Iterable<string>, signal: AbortSignal): Promise<readonly string[]> {
    const asked = [...new Set(names)]
    if (asked.length === 0) return []
    const known = await this.#read(signal)
    return asked.filter((name) => !known.has(name))
  }

  async #key(
    name: string,
    { isWanted, signal }: { readonly isWanted: boolean; readonly signal: AbortSignal },
  ): Promise<number | undefined> {
    const known = (await (this.#keys ??= this.#read(signal)).catch(() => null))?.get(name)
    if (known !== undefined) return known
    // It may have been defined since.
    const now = (await this.#read(signal)).get(name)
    this.#keys = null
    return now ?? (isWanted ? this.#define(name, signal) : undefined)
  }

  async #define(name: string, signal: AbortSignal): Promise<number | undefined> {
    try {
      return (await this.#client.call('AddCustomFieldDef', this.#manager(), { name, moType: 'VirtualMachine' }, { signal })).key
    } catch (error) {
      // Another machine of the same apply was faster.
      if (isFault(error, 'DuplicateName')) return (await this.#read(signal)).get(name)
      throw error
    }
  }

  async #read(signal: AbortSignal): Promise<ReadonlyMap<string, number>> {
    const field = (await this.#client.look(this.#manager(), ['field'], { signal }))?.properties.get('field')
    const definitions = (Array.isArray(field) ? (field as readonly unknown[]) : []).filter((each) => isA(each, 'CustomFieldDef'))
    // One for machines goes before one of the same name for all objects.
    const usable = definitions.filter(({ managedObjectType: type = '' }) => type === '' || type === 'VirtualMachine')
    return new Map(usable.toSorted((a, b) => rank(a) - rank(b)).map(({ name, key }) => [name, key]))
  }

  #manager(): Ref {
    const { customFieldsManager } = this.#client.content
    if (customFieldsManager === undefined)
      throw new ProviderError('invalid', 'Custom attributes are kept by vCenter; this server has none.')
    return customFieldsManager
  }
}

const rank = ({ managedObjectType }: { readonly managedObjectType?: string }): number => (managedObjectType === 'VirtualMachine' ? 1 : 0)

const valuesIn = (value: unknown, names: ReadonlyMap<number, string>): Values =>
  Object.fromEntries(
    (Array.isArray(value) ? (value as readonly unknown[]) : []).flatMap((each) => {
      if (!isA(each, 'CustomFieldStringValue') || each.value === '') return []
      const name = names.get(each.key)
      return name === undefined ? [] : [[name, each.value] as const]
    }),
  )
