import { nearest } from '@forgeplan/model'
import { ProviderError } from '@forgeplan/sdk'
import type { Client, Ref } from '@forgeplan/vsphere-soap'
import type { Given } from '../owner.ts'
import { shown } from '../places/naming.ts'
import { once } from '../places/once.ts'
import type { Name, TagBook } from './tag-book.ts'
import { recordOf, tagBookOf, tagging, textsIn } from './tag-book.ts'

/** Where a text leads: the tag's id, or in full sentences why there is none. */
export type TagChoice = { readonly ok: true; readonly id: string } | { readonly ok: false; readonly why: string }

type Asked<T> = (signal: AbortSignal) => Promise<T>

// What one call asks about, so that its answer stays far below what an answer may have.
const objectsAtOnce = 1000

/** The vSphere tags of machines. */
export class Tags {
  readonly #client: Client
  readonly #book: TagBook
  #categories: Asked<readonly Name[]>
  #tags = new Map<string, Asked<readonly Name[]>>()

  constructor(client: Client) {
    this.#client = client
    this.#book = tagBookOf(client)
    this.#categories = once((signal) => this.#book.categories(signal))
  }

  /** The ids of the tags that machines carry, by the value of their reference: one call for each thousand. @throws VsphereError. */
  async of(refs: readonly Ref[], signal: AbortSignal): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
    const all = new Map<string, ReadonlySet<string>>()
    const path = `${tagging}tag-association?~action=list-attached-tags-on-objects`
    for (let at = 0; at < refs.length; at += objectsAtOnce) {
      const body = { object_ids: refs.slice(at, at + objectsAtOnce).map(objectOf) }
      const answer = await this.#client.rest.call({ path, method: 'POST', body, isReadOnly: true }, { signal })
      if (!Array.isArray(answer)) throw new ProviderError('internal', 'The server does not say which tags machines carry.')
      for (const { object_id: object, tag_ids: tags } of recordsIn(answer)) {
        const { id } = recordOf(object)
        if (typeof id === 'string') all.set(id, new Set(textsIn(tags)))
      }
    }
    return all
  }

  /** Where `category/name` leads. What is not known is looked for again. @throws VsphereError; the signal's reason. */
  async find(text: string, signal: AbortSignal): Promise<TagChoice> {
    const known = await this.#find(text, signal)
    if (known.ok) return known
    this.#categories = once((ends) => this.#book.categories(ends))
    this.#tags = new Map()
    return this.#find(text, signal)
  }

  /** The values of the references of the machines that carry a tag. @throws ProviderError `invalid` where there is none; VsphereError. */
  async carriers(text: string, signal: AbortSignal): Promise<ReadonlySet<string>> {
    const choice = await this.find(text, signal)
    if (!choice.ok) throw new ProviderError('invalid', choice.why)
    const path = `${tagging}tag-association?~action=list-attached-objects-on-tags`
    const answer = await this.#client.rest.call({ path, method: 'POST', body: { tag_ids: [choice.id] }, isReadOnly: true }, { signal })
    const objects = recordsIn(answer).flatMap((each) => recordsIn(each['object_ids']))
    return new Set(textsIn(objects.filter(({ type }) => type === 'VirtualMachine').map(({ id }) => id)))
  }

  /** The tags that a configuration names, with their ids. @throws ProviderError `invalid` that says all that is wrong. */
  async given(texts: readonly string[], signal: AbortSignal): Promise<readonly Given[]> {
    const choices: (readonly [string, TagChoice])[] = []
    for (const text of texts) choices.push([text, await this.find(text, signal)])
    const wrong = choices.flatMap(([, choice]) => (choice.ok ? [] : [choice.why]))
    if (wrong.length > 0) throw new ProviderError('invalid', wrong.join(' '))
    return choices.flatMap(([text, choice]) => (choice.ok ? [[text, choice.id] as const] : []))
  }

  /** Gives a machine tags and takes tags off it. Twice is harmless. @throws VsphereError; ProviderError. */
  async put(
    ref: Ref,
    { add, drop }: { readonly add: readonly string[]; readonly drop: readonly string[] },
    signal: AbortSignal,
  ): Promise<void> {
    // First those that go: a category may allow one only.
    if (drop.length > 0) await this.#change('detach-multiple-tags-from-object', { ref, ids: drop }, signal)
    if (add.length > 0) await this.#change('attach-multiple-tags-to-object', { ref, ids: add }, signal)
  }

  async #change(action: string, { ref, ids }: { readonly ref: Ref; readonly ids: readonly string[] }, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted()
    const path = `${tagging}tag-association?~action=${action}`
    const body = { object_id: objectOf(ref), tag_ids: ids }
    // Attaching what is attached changes nothing, so that a lost answer is no reason to stop.
    const answer = recordOf(await this.#client.rest.call({ path, method: 'POST', body, isReadOnly: true }, { signal }))
    // A tag that was deleted meanwhile is off every machine.
    if (answer['success'] === false && action.startsWith('attach')) throw new ProviderError('conflict', refusalIn(answer))
  }

  async #find(text: string, signal: AbortSignal): Promise<TagChoice> {
    const categories = await this.#categories(signal)
    // A category may have a slash in its name.
    const fitting = categories.filter(({ name }) => text.startsWith(`${name}/`))
    if (fitting.length === 0) return { ok: false, why: unknownCategory(text, categories) }
    const others: string[] = []
    for (const category of fitting) {
      const tags = await this.#tagsOf(category, signal)
      const found = tags.find(({ name }) => `${category.name}/${name}` === text)
      if (found !== undefined) return { ok: true, id: found.id }
      others.push(...tags.map(({ name }) => `${category.name}/${name}`))
    }
    return { ok: false, why: `The vSphere tag "${shown(text)}" is not known.${hints(text, others)} ${advice}` }
  }

  #tagsOf({ id }: Name, signal: AbortSignal): Promise<readonly Name[]> {
    const known = this.#tags.get(id) ?? once((ends) => this.#book.tagsOf(id, ends))
    this.#tags.set(id, known)
    return known(signal)
  }
}

const recordsIn = (value: unknown) => (Array.isArray(value) ? (value as readonly unknown[]) : []).map(recordOf)

const objectOf = ({ type, value }: Ref) => ({ type, id: value })

const advice = 'Make it in vCenter, or correct the name; forge makes no tags.'

const unknownCategory = (text: string, categories: readonly Name[]): string => {
  const category = text.slice(0, Math.max(0, text.indexOf('/')))
  if (category === '') return `The vSphere tag "${shown(text)}" names no category. Write it as category/name.`
  const names = categories.map(({ name }) => name)
  return `The category of the vSphere tag "${shown(text)}" is not known.${hints(category, names)} ${advice}`
}

const hints = (given: string, known: readonly string[]): string => {
  const near = nearest(given, known)
  const meant = near === undefined ? '' : ` Did you mean "${shown(near)}"?`
  return known.length === 0 ? meant : `${meant} Known are: ${known.toSorted().slice(0, 10).map(shown).join(', ')}.`
}

const refusalIn = ({ error_messages: messages }: Readonly<Record<string, unknown>>): string => {
  const text = recordOf(Array.isArray(messages) ? messages[0] : null)
  const words = text['default_message'] ?? text['message']
  return `vCenter did not give the machine all of its tags${typeof words === 'string' ? `: ${shown(words)}` : ''}. Plan again.`
}
