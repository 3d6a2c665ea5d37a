import type { Gate, StepId } from '@forgeplan/model'
import { gateName } from '@forgeplan/model'
import { escapeText } from './escape.ts'

/** A gate's name for approving it, as it may be shown. */
export const shownGate = (step: StepId): string => escapeText(gateName(step))

/** Where a gate stands in its unit, in words; null for one that is the only one or the last. */
export const gatePlace = (step: StepId): string | null => {
  const wave = /^gate:wave-(\d+)\./.exec(step)?.[1]
  if (wave !== undefined) return `before wave ${wave}`
  if (step.startsWith('gate:canary.')) return 'behind the canary'
  if (step.startsWith('gate:shrink.')) return 'before surplus members go'
  return step.startsWith('gate:first.') ? 'behind the first member' : null
}

/** Whether apply waits there for anything; a gate that does not only joins other steps, and nobody is told of it. */
export const isWaited = ({ members, alive, ask }: Gate): boolean => members.length > 0 || ask || (alive !== null && alive.need > 0)
