import type { Client } from '@forgeplan/vsphere-soap'
import { isFault } from '@forgeplan/vsphere-soap'

/** A tag or a category: what people call it, and its id. */
export interface Name {
  readonly id: string
  readonly name: string
}

/** Categories and their tags, read as they are asked for. All that is done there is reading. */
export interface TagBook {
  /** @throws VsphereError; the signal's reason. */
  readonly categories: (signal: AbortSignal) => Promise<readonly Name[]>
  /** @throws VsphereError; the signal's reason. */
  readonly tagsOf: (category: string, signal: AbortSignal) => Promise<readonly Name[]>
}

/** The categories and tags of a server, each read afresh: they are few, and read only where a configuration names tags. */
export const tagBookOf = (client: Client): TagBook => ({
  categories: async (signal) =>
    namesOf(client, 'category', textsIn(await client.rest.call({ path: `${tagging}category` }, { signal })), signal),
  tagsOf: async (category, signal) => {
    const path = `${tagging}tag/id:${encodeURIComponent(category)}?~action=list-tags-for-category`
    return namesOf(client, 'tag', textsIn(await client.rest.call({ path, method: 'POST', isReadOnly: true }, { signal })), signal)
  },
})

export const tagging = 'cis/tagging/'

// One call for each: the API has none that names many.
const namesOf = async (client: Client, kind: 'category' | 'tag', ids: readonly string[], signal: AbortSignal): Promise<readonly Name[]> => {
  const names: Name[] = []
  for (let at = 0; at < ids.length; at += atOnce)
    names.push(
      ...(await Promise.all(ids.slice(at, at + atOnce).map((id) => nameOf(client, kind, id, signal)))).filter((each) => each !== null),
    )
  return names
}

const atOnce = 8

const nameOf = async (client: Client, kind: 'category' | 'tag', id: string, signal: AbortSignal): Promise<Name | null> => {
  try {
    const { name } = recordOf(await client.rest.call({ path: `${tagging}${kind}/id:${encodeURIComponent(id)}` }, { signal }))
    return typeof name === 'string' ? { id, name } : null
  } catch (error) {
    // Taken away since the list was made.
    if (isFault(error, 'ManagedObjectNotFound')) return null
    throw error
  }
}

/** The texts of a list; a server may leave out an empty one. */
export const textsIn = (value: unknown): readonly string[] =>
  (Array.isArray(value) ? (value as readonly unknown[]) : []).filter((each) => typeof each === 'string')

/** A record's fields; none where it is no record. */
export const recordOf = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {}
