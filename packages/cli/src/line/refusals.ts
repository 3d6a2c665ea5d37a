import type { Diagnostic, Plan, Refusal } from '@forgeplan/model'
import { Stop } from '../stop.ts'

/** @throws Stop with every brake that holds, and its remedy. `--auto-approve` lifts none. */
export const checkRefusals = (plan: Plan): void => {
  if (plan.refusals.length === 0) return
  // Where the world cannot be trusted, that is what counts.
  const exit = plan.refusals.some((refusal) => refusal.exit === 1) ? 1 : 6
  throw new Stop(exit, plan.refusals.map(refusalDiagnostic))
}

const shown = 5

const refusalDiagnostic = ({ summary, remedy, addresses }: Refusal): Diagnostic => {
  const more = addresses.length > shown ? ` and ${String(addresses.length - shown)} more` : ''
  const which = addresses.length === 0 ? '' : ` (${addresses.slice(0, shown).join(', ')}${more})`
  return { severity: 'error', code: 'FORGE6015', summary: 'Refused', detail: `${sentence(`${summary}${which}`)} ${remedy}` }
}

const sentence = (text: string): string => (/[.!?]$/.test(text) ? text : `${text}.`)
