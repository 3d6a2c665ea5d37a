import type { ProviderUse, Unit } from '@forgeplan/model'
import type { Scene } from '../expression/scene.ts'
import type { MapNode } from '../tree.ts'
import { entryOf } from '../tree.ts'
import { listed, quote } from '../wording.ts'
import type { UnitSource } from './unit-heads.ts'

/** Reports a flavor that runs commands in machines in which none can be run: that would be told when they stand already. */
export const checkInside = (
  { source, unit }: { readonly source: UnitSource; readonly unit: Unit },
  { providers, root }: { readonly providers: readonly ProviderUse[]; readonly root: MapNode },
  { names, problems }: Scene,
): void => {
  const { flavor, provider } = unit
  const type = source.head.type
  if (flavor === null || type === undefined) return
  const work = names.catalog.flavors.get(flavor.plugin)?.runsInside?.(flavor.config) ?? []
  if (work.length === 0) return
  const { settings = {} } = providers.find(({ name }) => name === provider) ?? {}
  const block = entryOf(entryOf(root, 'providers')?.value, provider)?.value
  // One that stands there and could not be read was reported itself.
  const lacking = (type.guestLogin ?? []).filter((key) => settings[key] === undefined && entryOf(block, key) === undefined)
  if (type.guest !== 'none' && lacking.length === 0) return
  const { span } = source.node.entries.get('flavor')?.value ?? source.node
  problems.error('FORGE2041', span, () => {
    const what = `The flavor ${quote(flavor.name)} runs commands inside of its machines`
    return type.guest === 'none'
      ? `${what}, and those of type ${type.name} take none. Ask for health by tcp or http, or use another flavor.`
      : `${what}, for which the provider ${quote(provider)} lacks ${listed(lacking)}. Set them there, or ask for health by tcp or http.`
  })
}
