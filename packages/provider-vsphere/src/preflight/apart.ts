import { clusterForRules } from '../labels/cluster-of.ts'
import type { Finding } from './finding.ts'
import type { Placed } from './placed.ts'

/** Machines that shall be kept apart where nothing does that. */
export const apartFindings = ({ address, inputs, resolved, room }: Placed): readonly Finding[] => {
  if (inputs.antiAffinity !== true || !resolved.ok || room === null) return []
  const choice = clusterForRules(room, resolved.places.pool)
  if (choice.ok) return []
  return [{ severity: 'error', code: 'FORGE5304', summary: 'Machines cannot be kept apart there', text: choice.why, address }]
}
