import type { AnyVirtualDevice } from '@forgeplan/vsphere-soap/types'
import { ProviderError } from '@forgeplan/sdk'
import type { Client, Ref } from '@forgeplan/vsphere-soap'
import { isA } from '@forgeplan/vsphere-soap'
import { settingPath } from './machine.ts'

/** What is read only of machines for which it matters: some ten kilobytes each. */
export interface Details {
  readonly devices: readonly AnyVirtualDevice[]
  /** Those advanced settings that were asked for and are set. */
  readonly settings: ReadonlyMap<string, string>
}

/** The details of some machines, by the value of their reference; one that is gone is left out. @throws ProviderError where they may not be read. `keys`: the advanced settings. */
export const readDetails = async (
  client: Client,
  refs: readonly Ref[],
  { signal, keys = [] }: { readonly signal: AbortSignal; readonly keys?: readonly string[] },
): Promise<ReadonlyMap<string, Details>> => {
  const all = new Map<string, Details>()
  if (refs.length === 0) return all
  const properties = { VirtualMachine: ['config.hardware.device', ...keys.map(settingPath)] }
  for await (const seen of client.retrieve({ of: { objects: refs }, properties }, { signal, pageSize: 500 })) {
    const settings = keys.flatMap((key) => {
      const value = seen.properties.get(settingPath(key))
      return typeof value === 'string' && value !== '' ? [[key, value] as const] : []
    })
    const unread = seen.missing.find(({ path }) => path === 'config.hardware.device')
    // Without them it would look like a machine that has none.
    if (unread !== undefined) throw new ProviderError('denied', `The devices of a machine cannot be read (${unread.fault}).`)
    all.set(seen.ref.value, { devices: devicesIn(seen.properties.get('config.hardware.device')), settings: new Map(settings) })
  }
  return all
}

const devicesIn = (value: unknown): readonly AnyVirtualDevice[] =>
  (Array.isArray(value) ? (value as readonly unknown[]) : []).filter((each): each is AnyVirtualDevice => isA(each, 'VirtualDevice'))
