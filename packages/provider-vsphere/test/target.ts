import { randomUUID } from 'node:crypto'
import { groupUnit, lineage, memberAddress, stackName, uid } from '@forgeplan/model'
import type { Target } from '@forgeplan/sdk'
import { vmType } from '../src/vm/vm-type.ts'

const ownLineage = lineage(randomUUID())

/** A member of the group `web` of the stack `lab`. */
export const targetOf = (generation: number, over: Partial<Target> = {}): Target => {
  const own = uid(randomUUID())
  const address = memberAddress(groupUnit('web'), String(generation))
  const mark = { lineage: ownLineage, stack: stackName('lab'), uid: own, address, generation, specDigest: '0'.repeat(64) }
  return { uid: own, address, type: vmType, mark, id: null, handle: null, begunAt: null, making: false, ...over }
}
