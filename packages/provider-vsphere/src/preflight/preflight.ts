import type { Call, Forecast, Touched, Wanted } from '@forgeplan/sdk'
import type { VmInputs } from '../vm/vm-type.ts'
import { apartFindings } from './apart.ts'
import { attributeNeeds } from './attribute-needs.ts'
import { capacityFindings } from './capacity.ts'
import type { PlacedTouch } from './change-needs.ts'
import { changeNeeds, destinationNeeds, removalNeeds } from './change-needs.ts'
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
  const placedFor = (...works: readonly Touched['work'][]): Promise<readonly PlacedTouch[]> =>
    placeAll(
      site,
      catalogue,
      touched.filter(({ work }) => works.includes(work)),
      signal,
    )
  const [changed, removed] = [await placedFor('update', 'restart'), await placedFor('delete')]
  return diagnosticsOf([
    ...(await changeFindings(site, changed, { isHost: catalogue.isHost, signal })),
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
            ...changed.flatMap(destinationNeeds),
            ...removed.flatMap(removalNeeds),
            ...(await attributeNeeds(site, [...placed, ...changing(changed, 'customAttributes')], signal)),
          ],
          signal,
        )),
  ])
}

/** What changing machines would meet: every change looks up all names again, and those of the fields that change have to lead somewhere. */
const changeFindings = async (
  site: Site,
  changed: readonly PlacedTouch[],
  { isHost, signal }: { readonly isHost: boolean; readonly signal: AbortSignal },
): Promise<readonly Finding[]> => {
  const whose = (field: keyof VmInputs): readonly Placed[] => changing(changed, field)
  return [
    ...changed.flatMap((machine) => placeFindings(machine, site.defaults, isHost)),
    ...(await imageFindings(site, whose('iso'), signal)),
    ...(isHost ? [] : whose('antiAffinity').flatMap(apartFindings)),
    ...(isHost ? [] : await tagFindings(site, whose('vsphereTags'), signal)),
  ]
}

/** Those of the changed machines of which a field changes. */
const changing = (changed: readonly PlacedTouch[], field: keyof VmInputs): readonly Placed[] =>
  changed.filter(({ fields }) => fields.includes(field))
