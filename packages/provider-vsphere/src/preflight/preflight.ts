import type { Diagnostic } from '@forgeplan/model'
import type { Call, Wanted } from '@forgeplan/sdk'
import type { VmInputs } from '../vm/vm-type.ts'
import { apartFindings } from './apart.ts'
import { capacityFindings } from './capacity.ts'
import { contradictions } from './contradictions.ts'
import { diagnosticsOf } from './finding.ts'
import { imageFindings } from './images.ts'
import { tagFindings } from './labels.ts'
import { limitFindings } from './limits.ts'
import type { Site } from './placed.ts'
import { placeAll } from './placed.ts'
import { placeFindings } from './places.ts'
import { privilegeFindings } from './privileges.ts'
import { nameFindings } from './taken-names.ts'
import { targetsOf } from './targets.ts'

/**
 * Problems that making these machines would meet, each once: names that lead nowhere, images that are not there, names
 * that are taken, too little space, privileges. Touches nothing. @throws VsphereError; the signal's reason.
 */
export const preflight = async (
  site: Site,
  wanted: readonly Wanted<VmInputs>[],
  { signal }: Pick<Call, 'signal'>,
): Promise<readonly Diagnostic[]> => {
  if (wanted.length === 0) return []
  const catalogue = await site.atlas.catalogue(signal)
  const placed = await placeAll(site, catalogue, wanted, signal)
  const targets = targetsOf(placed, catalogue.isHost)
  return diagnosticsOf([
    ...(catalogue.isHost ? placed.flatMap(limitFindings) : []),
    ...placed.flatMap((machine) => placeFindings(machine, site.defaults, catalogue.isHost)),
    ...placed.flatMap(contradictions),
    ...capacityFindings(catalogue, placed),
    ...(await imageFindings(site, placed, signal)),
    ...(catalogue.isHost ? [] : placed.flatMap(apartFindings)),
    ...(catalogue.isHost ? [] : await tagFindings(site, placed, signal)),
    ...(await nameFindings(site.client, targets, signal)),
    // What a standalone host allows its few users is not worth a question.
    ...(catalogue.isHost ? [] : await privilegeFindings(site.client, targets, signal)),
  ])
}
