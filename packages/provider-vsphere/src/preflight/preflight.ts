import type { Call, Forecast, Touched, Wanted } from '@forgeplan/sdk'
import type { VmInputs } from '../vm/vm-type.ts'
import { apartFindings } from './apart.ts'
import { attributeNeeds } from './attribute-needs.ts'
import { capacityFindings } from './capacity.ts'
import { changeNeeds, destinationNeeds } from './change-needs.ts'
import { contradictions } from './contradictions.ts'
import type { Finding } from './finding.ts'
import { diagnosticsOf } from './finding.ts'
import { imageFindings } from './images.ts'
import { tagFindings } from './labels.ts'
import { limitFindings } from './limits.ts'
import type { Placed, Site } from './placed.ts'
import { placeAll } from './placed.ts'
import { needsOf } from './needs.ts'
import { placeFindings } from './places.ts'
import { privilegeFindings } from './privileges.ts'
import { nameFindings } from './taken-names.ts'
import { targetsOf } from './targets.ts'

/** What is to be made, and what of those that stand is to be touched. */
export interface Asked {
  readonly wanted: readonly Wanted<VmInputs>[]
  readonly touched: readonly Touched<VmInputs>[]
}

/**
 * Problems that making these machines, and changing those, would meet, each once: names that lead nowhere, images that
 * are not there, names that are taken, too little space, privileges. Touches nothing. @throws VsphereError; the signal's reason.
 */
export const preflight = async (site: Site, { wanted, touched }: Asked, { signal }: Pick<Call, 'signal'>): Promise<readonly Forecast[]> => {
  if (wanted.length === 0 && touched.length === 0) return []
  const catalogue = await site.atlas.catalogue(signal)
  const placed = await placeAll(site, catalogue, wanted, signal)
  const targets = targetsOf(placed, catalogue.isHost)
  const changed = touched.filter(({ work }) => work === 'update' || work === 'restart')
  const moved = await placeAll(site, catalogue, changed, signal)
  return diagnosticsOf([
    ...(await changeFindings(site, changed, moved, { isHost: catalogue.isHost, signal })),
    ...(catalogue.isHost ? placed.flatMap(limitFindings) : []),
    ...placed.flatMap((machine) => placeFindings(machine, site.defaults, catalogue.isHost)),
    ...placed.flatMap(contradictions),
    ...capacityFindings(catalogue, placed),
    ...(await imageFindings(site, placed, signal)),
    ...(catalogue.isHost ? [] : placed.flatMap(apartFindings)),
    ...(catalogue.isHost ? [] : await tagFindings(site, placed, signal)),
    ...(await nameFindings(site.client, targets, signal)),
    // What a standalone host allows its few users is not worth a question.
    ...(catalogue.isHost
      ? []
      : await privilegeFindings(
          site.client,
          [
            ...targets.flatMap(needsOf),
            ...touched.map(changeNeeds),
            ...changed.flatMap((each, at) => destinationNeeds(each, moved[at] as Placed)),
            ...(await attributeNeeds(site, [...placed, ...changing(changed, moved, 'customAttributes')], signal)),
          ],
          signal,
        )),
  ])
}

/** What changing machines would meet: every change looks up all names again, and those of the fields that change have to lead somewhere. */
const changeFindings = async (
  site: Site,
  changed: readonly Touched<VmInputs>[],
  placed: readonly Placed[],
  { isHost, signal }: { readonly isHost: boolean; readonly signal: AbortSignal },
): Promise<readonly Finding[]> => {
  const whose = (field: keyof VmInputs): readonly Placed[] => changing(changed, placed, field)
  return [
    ...placed.flatMap((machine) => placeFindings(machine, site.defaults, isHost)),
    ...(await imageFindings(site, whose('iso'), signal)),
    ...(isHost ? [] : whose('antiAffinity').flatMap(apartFindings)),
    ...(isHost ? [] : await tagFindings(site, whose('vsphereTags'), signal)),
  ]
}

/** Those of the changed machines of which a field changes. */
const changing = (changed: readonly Touched<VmInputs>[], placed: readonly Placed[], field: keyof VmInputs): readonly Placed[] =>
  placed.filter((_, at) => changed[at]?.fields.includes(field) === true)
