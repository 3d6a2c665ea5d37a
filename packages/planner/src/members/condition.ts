import type { Observed, Row } from '@forgeplan/model'
import { sightOf } from '../request.ts'

/** Whether an object does its work, as far as can be told. */
export const isWell = (row: Row, observed: Observed): boolean => {
  const sight = sightOf(observed, row)
  return sight.kind === 'present' && sight.status.kind === 'running' && observed.health.get(row.uid)?.kind !== 'unhealthy'
}

/** Whether its flavor calls it the leader of its group. */
export const isLeader = (row: Row, observed: Observed): boolean => observed.health.get(row.uid)?.role === 'leader'
