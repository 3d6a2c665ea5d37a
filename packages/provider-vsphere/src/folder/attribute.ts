import { ProviderError } from '@forgeplan/sdk'
import type { Client, Ref } from '@forgeplan/vsphere-soap'
import { isA, isFault } from '@forgeplan/vsphere-soap'
import type { Attribute } from './own.ts'
import { attributes } from './own.ts'

/** The keys of the attributes on this vCenter, as far as somebody has made them. */
export type Keys = Readonly<Partial<Record<Attribute, number>>>

/** @throws VsphereError; the signal's reason. */
export const attributeKeys = async (client: Client, signal: AbortSignal): Promise<Keys> => {
  const manager = client.content.customFieldsManager
  const seen = manager === undefined ? null : await client.look(manager, ['field'], { signal })
  const fields: unknown = seen?.properties.get('field')
  const keys = new Map<string, number>()
  for (const each of Array.isArray(fields) ? (fields as readonly unknown[]) : [])
    if (isA(each, 'CustomFieldDef') && isForFolders(each.managedObjectType)) keys.set(each.name, each.key)
  const [identity, mark] = [keys.get(attributes.identity), keys.get(attributes.mark)]
  return { ...(identity === undefined ? {} : { identity }), ...(mark === undefined ? {} : { mark }) }
}

/** Writes an attribute of a folder, and makes it where this vCenter has none. @throws ProviderError; VsphereError; the signal's reason. */
export const writeAttribute = async (
  client: Client,
  folder: Ref,
  { attribute, value }: { readonly attribute: Attribute; readonly value: string },
  signal: AbortSignal,
): Promise<void> => {
  const known = (await attributeKeys(client, signal))[attribute]
  if (known === undefined && value === '') return
  const key = known ?? (await makeAttribute(client, attribute, signal))
  signal.throwIfAborted()
  await client.call('SetField', managerOf(client), { entity: folder, key, value }, { signal })
}

// One of the same name for all kinds of objects serves as well.
const isForFolders = (type: string | undefined): boolean =>
  type === undefined || type === '' || type === 'Folder' || type === 'ManagedEntity'

const makeAttribute = async (client: Client, attribute: Attribute, signal: AbortSignal): Promise<number> => {
  signal.throwIfAborted()
  try {
    const made = await client.call('AddCustomFieldDef', managerOf(client), { name: attributes[attribute], moType: 'Folder' }, { signal })
    return made.key
  } catch (error) {
    // Somebody else was quicker.
    const key = isFault(error, 'DuplicateName') ? (await attributeKeys(client, signal))[attribute] : undefined
    if (key === undefined) throw error
    return key
  }
}

const managerOf = ({ content }: Client): Ref => {
  if (content.customFieldsManager !== undefined) return content.customFieldsManager
  throw new ProviderError('invalid', 'A standalone host has no folders. Connect to the vCenter.')
}
