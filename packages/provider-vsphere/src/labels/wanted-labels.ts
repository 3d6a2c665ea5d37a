import { ProviderError } from '@forgeplan/sdk'
import type { Given } from '../owner.ts'
import type { Places } from '../places/places.ts'
import type { VmInputs } from '../vm/vm-type.ts'
import type { Work } from '../vm/workshop.ts'
import { clusterForRules } from './cluster-of.ts'
import type { Remembered } from './remembered.ts'
import { nothingRemembered, toRemember } from './remembered.ts'
import { ruleName } from './rules.ts'

/** The labels that a machine shall have, looked up. @throws ProviderError `invalid` where they lead nowhere; VsphereError. */
export const wantedLabels = async (
  work: Work,
  desired: VmInputs,
  { places, before = nothingRemembered }: { readonly places: Places; readonly before: Remembered | undefined },
): Promise<Remembered> => {
  const tags = await work.shop.labels.tags.given(desired.vsphereTags ?? [], work.call.signal)
  const apart = desired.antiAffinity === true ? await apartOf(work, places, before) : null
  return toRemember(desired, { tags, apart, before })
}

// One that stands is where it is, wherever a new one would come; its group may have another name by now.
const apartOf = async (work: Work, places: Places, { apart }: Remembered): Promise<Given> =>
  apart === null ? apartIn(work, places) : [ruleName(work.target.mark), apart[1]]

const apartIn = async ({ shop, target, call }: Work, { datacenter, pool }: Places): Promise<Given> => {
  const { datacenters } = await shop.atlas.catalogue(call.signal)
  const room = datacenters.find(({ ref }) => ref.value === datacenter.value)
  const choice = room === undefined ? null : clusterForRules(room, pool)
  if (choice === null) throw new ProviderError('conflict', 'The datacenter of the machine is gone.')
  if (!choice.ok) throw new ProviderError('invalid', choice.why)
  return [ruleName(target.mark), choice.cluster.ref.value]
}
