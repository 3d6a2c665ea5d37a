import { canonicalJson } from '@forgeplan/model'
import type { Wanted } from '@forgeplan/sdk'
import type { Client } from '@forgeplan/vsphere-soap'
import type { Atlas } from '../places/atlas.ts'
import type { Catalogue, Datacenter } from '../places/catalogue.ts'
import { placementOf } from '../places/placement.ts'
import type { PlaceProblem, Placement, Resolved } from '../places/places.ts'
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
  readonly late: readonly string[]
  readonly placement: Placement
  /** Where some of it is late, only what is wrong with the rest. */
  readonly resolved: Resolved
  /** Null where it is not clear which. */
  readonly room: Datacenter | null
}

/** Looks every machine's names up, the same ones once. @throws VsphereError; the signal's reason. */
export const placeAll = async <T extends Wanted<VmInputs>>(
  { atlas, defaults }: Site,
  catalogue: Catalogue,
  wanted: readonly T[],
  signal: AbortSignal,
): Promise<readonly (T & Placed)[]> => {
  const known = new Map<string, Resolved>()
  const placed: (T & Placed)[] = []
  for (const each of wanted) {
    const { late = [] } = each
    const placement = placementOf(each.inputs, defaults)
    const key = canonicalJson({ ...placement })
    const resolved = known.get(key) ?? (await atlas.resolve(placement, signal))
    known.set(key, resolved)
    const room = datacenterOf(catalogue, placement)
    const isSomewhere = room.ok && !late.includes('datacenter')
    placed.push({ ...each, late, placement, resolved: withoutLate(resolved, late), room: isSomewhere ? room.value : null })
  }
  return placed
}

const seat: readonly string[] = ['cluster', 'host', 'pool']
const fields = ['datacenter', ...seat, 'datastore', 'network', 'networks', 'template']

// What is known only while the machine is made is neither unnamed, nor is it what the provider's settings say instead.
const withoutLate = (resolved: Resolved, late: readonly string[]): Resolved => {
  const known = new Set(late.includes('datacenter') ? [] : fields.filter((field) => !late.includes(field)))
  if (known.size === fields.length) return resolved
  const isSeatLate = seat.some((field) => !known.has(field))
  const counts = ({ field, kind }: PlaceProblem): boolean =>
    known.has(field) && !(isSeatLate && (kind === 'unusable' || seat.includes(field)))
  return { ok: false, problems: resolved.ok ? [] : resolved.problems.filter(counts) }
}
