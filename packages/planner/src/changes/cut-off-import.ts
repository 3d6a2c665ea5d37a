import type { Row } from '@forgeplan/model'

/** Whether a row was begun by an import that has no outcome: forge did not make its object, and may not have marked it. */
export const isCutOffImport = ({ phase }: Row): boolean => phase.kind === 'creating' && phase.began.verb === 'mark'
