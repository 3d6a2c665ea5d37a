import type { Diagnostic, Found, Observed, Refusal, State } from '@forgeplan/model'
import { compareAddress } from '@forgeplan/model'
import { objects } from './objects.ts'

/** What a sweep for marks says about objects that no row claims. */
export interface Claims {
  readonly refusals: readonly Refusal[]
  readonly warnings: readonly Diagnostic[]
}

/** Copies are reported and left alone; anything else that carries this stack's mark has to be claimed by a row. */
export const claimsOf = (state: State, observed: Observed): Claims => {
  const copies = observed.found.filter((found) => found.observation.kind === 'copy')
  const genuine = observed.found.filter((found) => found.observation.kind !== 'copy')
  const foreign = genuine.filter((found) => state.lineage !== null && found.mark.lineage !== state.lineage)
  const unclaimed = genuine.filter((found) => !foreign.includes(found) && !state.rows.has(found.mark.uid))
  return {
    refusals: [...foreignRefusal(state, foreign), ...unclaimedRefusal(state, unclaimed)],
    warnings: copies.map(copyWarning),
  }
}

const addressesOf = (found: readonly Found[]): Refusal['addresses'] =>
  [...new Set(found.map(({ mark }) => mark.address))].toSorted(compareAddress)

const foreignRefusal = (state: State, foreign: readonly Found[]): readonly Refusal[] => {
  if (foreign.length === 0) return []
  const others = [...new Set(foreign.map(({ mark }) => mark.lineage))].toSorted()
  return [
    {
      kind: 'foreign',
      exit: 6,
      summary: `${objects(foreign.length, 'carries', 'carry')} the mark of stack ${state.stack} under another lineage (${others.join(', ')}; this state's is ${state.lineage ?? 'new'})`,
      remedy: 'Another state manages a stack of the same name in this world. Give this stack another name, or use that state.',
      addresses: addressesOf(foreign),
    },
  ]
}

const unclaimedRefusal = (state: State, unclaimed: readonly Found[]): readonly Refusal[] => {
  if (unclaimed.length === 0) return []
  const lost = state.lineage === null
  return [
    {
      kind: lost ? 'lost-state' : 'unclaimed',
      exit: 6,
      summary: lost
        ? `the state is empty, but ${objects(unclaimed.length, 'carries', 'carry')} the mark of stack ${state.stack}`
        : `${objects(unclaimed.length, 'carries', 'carry')} this state's mark, but no row of it knows ${unclaimed.length === 1 ? 'it' : 'them'}`,
      remedy: lost
        ? 'Put the state database back if you have it (forge state import), or rebuild it from the marks: forge state recover'
        : 'Take them into the state again with: forge state recover',
      addresses: addressesOf(unclaimed),
    },
  ]
}

const copyWarning = ({ mark, observation }: Found): Diagnostic => ({
  severity: 'warning',
  code: 'FORGE3004',
  summary: 'A copy of a managed object',
  detail: `An object${observation.kind === 'copy' ? ` (${observation.id})` : ''} carries the mark of ${mark.address}, but its own identity differs: somebody cloned or restored it. forge does not touch it.`,
  address: mark.address,
})
