import { canonicalJson } from '@forgeplan/model'
import type { Wanted } from '@forgeplan/sdk'
import type { Client } from '@forgeplan/vsphere-soap'
import type { Atlas } from '../places/atlas.ts'
import type { Catalogue, Datacenter } from '../places/catalogue.ts'
import { placementOf } from '../places/placement.ts'
import type { Placement, Resolved } from '../places/places.ts'
import { datacenterOf } from '../places/resolve.ts'
import type { PlaceDefaults } from '../settings.ts'
import type { VmInputs } from '../vm/vm-type.ts'

/** Where machines are to be made, and what is known of it. */
export interface Site {
  readonly client: Client
  readonly atlas: Atlas
  readonly defaults: PlaceDefaults
}

/** A machine that is wanted, and where its names lead. */
export interface Placed extends Wanted<VmInputs> {
  readonly placement: Placement
  readonly resolved: Resolved
  /** Null where it is not clear which. */
  readonly room: Datacenter | null
}

/** Looks every machine's names up, the same ones once. @throws VsphereError; the signal's reason. */
export const placeAll = async (
  { atlas, defaults }: Site,
  catalogue: Catalogue,
  wanted: readonly Wanted<VmInputs>[],
  signal: AbortSignal,
): Promise<readonly Placed[]> => {
  const known = new Map<string, Resolved>()
  const placed: Placed[] = []
  for (const { address, inputs } of wanted) {
    const placement = placementOf(inputs, defaults)
    const key = canonicalJson({ ...placement })
    const resolved = known.get(key) ?? (await atlas.resolve(placement, signal))
    known.set(key, resolved)
    const room = datacenterOf(catalogue, placement)
    placed.push({ address, inputs, placement, resolved, room: room.ok ? room.value : null })
  }
  return placed
}
