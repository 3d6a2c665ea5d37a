import { Attributes } from '../labels/attributes.ts'
import type { NeedOf } from './needs.ts'
import type { Placed, Site } from './placed.ts'

/** What defining the custom attributes takes that machines are given and that vCenter does not have. @throws VsphereError; the signal's reason. */
export const attributeNeeds = async ({ client }: Site, placed: readonly Placed[], signal: AbortSignal): Promise<readonly NeedOf[]> => {
  // An empty value takes an attribute off, for which none is defined.
  const givenBy = ({ inputs }: Placed): readonly string[] =>
    Object.entries(inputs.customAttributes ?? {}).flatMap(([name, value]) => (value === '' ? [] : [name]))
  const lacking = new Set(await new Attributes(client).undefinedAmong(placed.flatMap(givenBy), signal))
  const first = placed.find((each) => givenBy(each).some((name) => lacking.has(name)))
  if (first === undefined) return []
  const { address } = first
  return [{ ref: client.content.rootFolder, label: 'the vCenter', privileges: ['Global.ManageCustomFields'], address }]
}
