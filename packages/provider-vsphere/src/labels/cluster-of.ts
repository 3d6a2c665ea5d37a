import type { Ref } from '@forgeplan/vsphere-soap'
import type { Compute, Datacenter } from '../places/catalogue.ts'
import { computeAt } from '../places/hosts.ts'
import { shown } from '../places/naming.ts'
import { keyOf } from '../places/ref-key.ts'

/** The cluster of a resource pool, or in full sentences why no rule can keep machines apart there. */
export const clusterForRules = (
  room: Datacenter,
  pool: Ref,
): { readonly ok: true; readonly cluster: Compute } | { readonly ok: false; readonly why: string } => {
  const compute = computeAt(room, room.pools.find(({ ref }) => keyOf(ref) === keyOf(pool))?.compute ?? null)
  if (compute === null) return { ok: false, why: `${opening} cluster, and in which these come may not be read. ${advice}` }
  if (!compute.isCluster) return { ok: false, why: `${opening} cluster, and ${shown(compute.name)} is a host that stands alone. ${advice}` }
  if (compute.needsHost) return { ok: false, why: `${opening} cluster with DRS, and in ${shown(compute.name)} it is off. ${advice}` }
  return { ok: true, cluster: compute }
}

const opening = 'Machines are kept on different hosts by a rule of their'
const advice = 'Leave "antiAffinity" out, or choose another place.'
