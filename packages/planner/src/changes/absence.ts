import type { Reason, Row } from '@forgeplan/model'

/** Why an object with a row is not there: forge was making or removing it when it was cut off, or somebody else removed it. */
export const absenceOf = ({ phase }: Row): Reason => {
  const cutOff = phase.kind === 'creating' || (phase.kind === 'changing' && phase.began.verb === 'delete')
  return { kind: cutOff ? 'interrupted' : 'vanished' }
}
