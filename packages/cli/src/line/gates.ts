import type { Plan } from '@forgeplan/model'
import { gateName, nearest } from '@forgeplan/model'
import { escapeText } from '@forgeplan/report'
import { failure } from '../stop.ts'

/** Names by which the gates of a plan that ask a person are approved, in the plan's order. */
export const askingGates = ({ steps }: Pick<Plan, 'steps'>): readonly string[] =>
  steps.flatMap((step) => (step.kind === 'gate' && step.gate.ask ? [gateName(step.id)] : []))

/** @throws Stop when a name that is given is none of those. */
export const checkApproved = (given: readonly string[], plan: Pick<Plan, 'steps'>): void => {
  if (given.length === 0) return
  const gates = askingGates(plan)
  const unknown = given.find((name) => !gates.includes(name))
  if (unknown === undefined) return
  const near = gates.find((gate) => gate.endsWith(`.${unknown}`)) ?? nearest(unknown, gates)
  const hint = near === undefined ? '' : ` Did you mean ${escapeText(near)}?`
  const known = gates.length === 0 ? 'The plan has no gate that asks anybody.' : `Gates that ask: ${listed(gates.map(escapeText))}.`
  throw failure('FORGE6023', 'No such gate to approve', `${escapeText(unknown)} is no gate of this plan that asks.${hint} ${known}`)
}

const shown = 10

const listed = (gates: readonly string[]): string =>
  gates.length > shown ? `${gates.slice(0, shown).join(', ')} and ${String(gates.length - shown)} more` : gates.join(', ')
