import type { Given } from '../owner.ts'
import type { Sight } from '../vm/sight.ts'
import type { VmInputs } from '../vm/vm-type.ts'
import type { Work } from '../vm/workshop.ts'
import type { Remembered } from './remembered.ts'
import { nothingRemembered } from './remembered.ts'

/**
 * Gives a machine its labels and takes off those that forge gave it and that are no longer wanted. On one that stands it
 * comes before what is remembered is written, so that nothing is forgotten in between. @throws ProviderError; VsphereError.
 */
export const putLabels = async ({ shop, call }: Work, desired: VmInputs, { labels, sight }: Aim): Promise<void> => {
  const { ref, state } = sight.machine
  const seen = sight.labels
  const before = state?.labels ?? nothingRemembered
  await shop.labels.attributes.put(ref, attributesToPut(desired, before, seen.customAttributes ?? {}), call.signal)
  if (desired.vsphereTags !== undefined)
    await shop.labels.tags.put(ref, tagsToPut(labels.tags, before, seen.vsphereTags ?? []), call.signal)
  const isOther = labels.apart !== null && before.apart?.[0] !== labels.apart[0]
  if (before.apart !== null && (desired.antiAffinity === false || isOther)) await shop.apart.leave(before.apart, ref, call)
  if (desired.antiAffinity === true && labels.apart !== null) await shop.apart.join(labels.apart, ref, call)
}

/** What is to be remembered, and what the machine was seen as. */
interface Aim {
  readonly labels: Remembered
  readonly sight: Sight
}

// What is not mentioned any more is released, and stays as it is.
const attributesToPut = ({ customAttributes }: VmInputs, { attributes }: Remembered, seen: Values): Values => {
  if (customAttributes === undefined) return {}
  const wanted = { ...Object.fromEntries(attributes.map((name) => [name, ''])), ...customAttributes }
  return Object.fromEntries(Object.entries(wanted).filter(([name, value]) => value !== (seen[name] ?? '')))
}

const tagsToPut = (wanted: readonly Given[], { tags }: Remembered, seen: readonly string[]) => ({
  add: idsOf(wanted.filter(([text, id]) => !seen.includes(text) || !tags.some((own) => own[1] === id))),
  drop: idsOf(tags.filter(([text, id]) => seen.includes(text) && !wanted.some((each) => each[1] === id))),
})

const idsOf = (tags: readonly Given[]): readonly string[] => tags.map(([, id]) => id)

type Values = Readonly<Record<string, string>>
