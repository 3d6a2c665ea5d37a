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

interface Options {
  readonly signal: AbortSignal
  /** The advanced settings that are asked for, by the value of a machine's reference. */
  readonly keys?: ReadonlyMap<string, readonly string[]>
}

/** The details of some machines, by the value of their reference; one that is gone is left out. @throws ProviderError where they may not be read. */
export const readDetails = async (
  client: Client,
  refs: readonly Ref[],
  { signal, keys = new Map() }: Options,
): Promise<ReadonlyMap<string, Details>> => {
  const all = new Map<string, Details>()
  if (refs.length === 0) return all
  const asked = [...new Set([...keys.values()].flat())]
  const properties = { VirtualMachine: ['config.hardware.device', ...asked.map(settingPath)] }
  for await (const seen of client.retrieve({ of: { objects: refs }, properties }, { signal, pageSize: 500 })) {
    const settings = asked.flatMap((key) => {
      const value = seen.properties.get(settingPath(key))
      return typeof value === 'string' && value !== '' ? [[key, value] as const] : []
    })
    const unread = seen.missing.find(({ path }) => path === 'config.hardware.device')
    // Without them it would look like a machine that has none.
    if (unread !== undefined) throw new ProviderError('denied', `The devices of a machine cannot be read (${unread.fault}).`)
    all.set(seen.ref.value, { devices: devicesIn(seen.properties.get('config.hardware.device')), settings: new Map(settings) })
  }
  return withRespelt(client, all, { signal, keys })
}

// vSphere keeps a key as it was first spelt, and finds it by path only so.
const withRespelt = async (
  client: Client,
  all: ReadonlyMap<string, Details>,
  { signal, keys }: Required<Options>,
): Promise<ReadonlyMap<string, Details>> => {
  const lacking = [...all].filter(([value, { settings }]) => keys.get(value)?.some((key) => !settings.has(key)) === true)
  if (lacking.length === 0) return all
  const objects = lacking.map(([value]) => ({ type: 'VirtualMachine', value }))
  const found = new Map<string, Details>()
  for await (const { ref, properties } of client.retrieve(
    { of: { objects }, properties: { VirtualMachine: ['config.extraConfig'] } },
    { signal, pageSize: 500 },
  )) {
    const details = all.get(ref.value)
    const spelt = spellings(properties.get('config.extraConfig'))
    const respelt = (keys.get(ref.value) ?? []).flatMap((key) => {
      const value = spelt.get(key.toLowerCase())
      return value === undefined ? [] : [[key, value] as const]
    })
    if (details !== undefined) found.set(ref.value, { ...details, settings: new Map([...respelt, ...details.settings]) })
  }
  return new Map([...all, ...found])
}

const spellings = (value: unknown): ReadonlyMap<string, string> =>
  new Map(
    (Array.isArray(value) ? (value as readonly unknown[]) : [])
      .filter((each) => isA(each, 'OptionValue'))
      .flatMap((each) => (typeof each.value === 'string' && each.value !== '' ? [[each.key.toLowerCase(), each.value] as const] : [])),
  )

const devicesIn = (value: unknown): readonly AnyVirtualDevice[] =>
  (Array.isArray(value) ? (value as readonly unknown[]) : []).filter((each): each is AnyVirtualDevice => isA(each, 'VirtualDevice'))
