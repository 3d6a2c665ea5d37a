import type { AnyVirtualDevice } from '@forgeplan/vsphere-soap/types'
import type { Client, Ref } from '@forgeplan/vsphere-soap'
import { isA } from '@forgeplan/vsphere-soap'

/** What is read only of machines for which it matters: some ten kilobytes each. */
export interface Details {
  readonly devices: readonly AnyVirtualDevice[]
  /** All advanced settings; of a key that stands twice, the last. */
  readonly settings: ReadonlyMap<string, string>
}

const paths = ['config.hardware.device', 'config.extraConfig'] as const

/** The details of some machines, by the value of their reference; one that is gone is left out. */
export const readDetails = async (client: Client, refs: readonly Ref[], signal: AbortSignal): Promise<ReadonlyMap<string, Details>> => {
  const all = new Map<string, Details>()
  const query = { of: { objects: refs }, properties: { VirtualMachine: paths } }
  for await (const { ref, properties } of client.retrieve(query, { signal, pageSize: 100 })) {
    all.set(ref.value, { devices: devicesIn(properties.get(paths[0])), settings: settingsIn(properties.get(paths[1])) })
  }
  return all
}

const devicesIn = (value: unknown): readonly AnyVirtualDevice[] =>
  listOf(value).filter((each): each is AnyVirtualDevice => isA(each, 'VirtualDevice'))

const settingsIn = (value: unknown): ReadonlyMap<string, string> =>
  new Map(
    listOf(value).flatMap((each) =>
      isA(each, 'OptionValue') && typeof each.value === 'string' && each.value !== '' ? [[each.key, each.value] as const] : [],
    ),
  )

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [])
