import type { Event, Failure } from '@forgeplan/model'
import { elapsedText } from './elapsed.ts'
import { clip, escapeText } from './escape.ts'
import { shownGate, gatePlace } from './gate-name.ts'
import type { Style } from './palette.ts'
import { paint } from './palette.ts'
import { stepWords } from './step-words.ts'
import { count } from './words.ts'

/** One event as one line in Terraform's manner; null for what the report after the run says better. */
export const eventText = (event: Event, options: { readonly color: boolean }): string | null => {
  const text = plainText(event)
  return text === null ? null : paint(text, styleOf(event), options.color)
}

/** `eventText` without colour: also the `@message` of the JSON form. */
export const plainText = (event: Event): string | null => {
  switch (event.kind) {
    case 'run-started':
      return `${escapeText(event.stack)}: Applying plan ${escapeText(event.plan).slice(0, 8)}: ${count(event.steps, 'step')}${
        event.done > 0 ? `, ${event.done} done before` : ''
      }`
    case 'step-started':
      return `${escapeText(event.address)}: ${stepWords[event.verb].doing}...`
    case 'step-progress':
      return `${escapeText(event.address)}: Still ${stepWords[event.verb].doing.toLowerCase()}... [${elapsedText(event.elapsedMs)} elapsed]${
        event.message === null ? '' : ` ${outside(event.message)}`
      }`
    case 'step-retry':
      return `${escapeText(event.address)}: ${capital(stepWords[event.verb].noun)} failed (attempt ${event.attempt}), again in ${elapsedText(
        Math.max(event.delayMs, 1000),
      )}: ${failureText(event.failure)}`
    case 'step-succeeded':
      return `${escapeText(event.address)}: ${stepWords[event.verb].done} after ${elapsedText(event.elapsedMs)}`
    case 'step-failed':
      return `${escapeText(event.address)}: ${capital(stepWords[event.verb].noun)} failed after ${elapsedText(event.elapsedMs)}: ${failureText(event.failure)}`
    case 'step-skipped':
      return null
    case 'gate-waiting':
      return `${escapeText(event.unit)}: Waiting for health: ${event.healthy} of ${event.need} healthy [${elapsedText(event.elapsedMs)} elapsed]`
    case 'gate-asking':
      return `${escapeText(event.unit)}: Waiting for approval of ${shownGate(event.step)}`
    case 'gate-passed':
      return `${escapeText(event.unit)}: Healthy after ${elapsedText(event.elapsedMs)}`
    case 'gate-stopped':
      return `${escapeText(event.unit)}: ${stopText(event)}`
    case 'interrupting':
      return `Interrupting: nothing new is started; waiting for ${count(event.running, 'running step')}. Interrupt again to abort them.`
    case 'run-ended':
      return null
    default:
      return event satisfies never
  }
}

const outside = (text: string): string => clip(escapeText(text), 500)
const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)

/** Why a gate stopped what is behind it, and where there is one thing to do, what to do. */
export const stopText = ({ step, cause, healthy, need, why }: Pick<GateStopped, 'step' | 'cause' | 'healthy' | 'need' | 'why'>): string => {
  const place = gatePlace(step)
  const stopped = `Stopped${place === null ? '' : ` ${place}`}`
  switch (cause) {
    case 'deadline':
      return `${stopped} with ${healthy} of ${need} healthy: ${outside(why)}`
    case 'ended':
      return `${stopped} with ${healthy} of ${need} healthy, since members have ended: ${outside(why)}`
    case 'failed':
      return `${stopped}, since members failed: ${outside(why)}`
    case 'unapproved':
      return `${stopped}: ${outside(why)}${why.includes('--approve') ? '' : `. To agree: forge apply PLAN --approve ${shownGate(step)}`}`
    default:
      return cause satisfies never
  }
}

type GateStopped = Event & { readonly kind: 'gate-stopped' }

/** A failure in one line: what it is, and the provider's sentence. */
export const failureText = ({ kind, message }: Failure): string => `${outside(message)} (${kind})`

const styleOf = (event: Event): Style | null => {
  switch (event.kind) {
    case 'step-failed':
      return 'danger'
    case 'gate-stopped':
      return event.cause === 'unapproved' ? 'warn' : 'danger'
    case 'step-retry':
    case 'gate-asking':
    case 'interrupting':
      return 'warn'
    case 'step-succeeded':
    case 'gate-passed':
      return 'add'
    case 'step-progress':
    case 'gate-waiting':
      return 'dim'
    case 'run-started':
      return 'bold'
    case 'step-started':
    case 'step-skipped':
    case 'run-ended':
      return null
    default:
      return event satisfies never
  }
}
