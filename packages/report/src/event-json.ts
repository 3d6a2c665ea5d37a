import type { Address, Diagnostic, Event, PlainMap, StepKind, UnitName } from '@forgeplan/model'
import { memberOf, parseUnitName, unitOf } from '@forgeplan/model'
import { diagnosticJson } from './diagnostic-json.ts'
import { isoTime } from './elapsed.ts'
import { clip, escapeText } from './escape.ts'
import { failureText, plainText } from './event-text.ts'
import { shownGate } from './gate-name.ts'
import { resourcesText } from './summary-line.ts'

/** One event as one object of the JSON stream, with Terraform's `type` where it has one. */
export const eventJson = (event: Event): PlainMap => ({ ...frame(levelOf(event), messageOf(event), event.at), ...bodyOf(event) })

/** The first line of a stream. `at` is milliseconds since 1970. */
export const versionJson = (version: string, at: number): PlainMap => ({
  ...frame('info', `forge ${escapeText(version)}`, at),
  type: 'version',
  forge: version,
  ui: '1.2',
})

/** A diagnostic as a line of the stream. `at` is milliseconds since 1970. */
export const diagnosticEventJson = (diagnostic: Diagnostic, sources: ReadonlyMap<string, string>, at: number): PlainMap => ({
  ...frame(
    diagnostic.severity === 'error' ? 'error' : 'warn',
    `${diagnostic.severity === 'error' ? 'Error' : 'Warning'}: ${escapeText(diagnostic.summary)}`,
    at,
  ),
  type: 'diagnostic',
  diagnostic: diagnosticJson(diagnostic, sources),
})

type LogLevel = 'info' | 'warn' | 'error'

const frame = (level: LogLevel, message: string, at: number): PlainMap => ({
  '@level': level,
  '@message': message,
  '@module': 'forge.ui',
  '@timestamp': isoTime(at),
})

const levelOf = (event: Event): LogLevel => {
  // Somebody was to be asked, and that is what happened.
  if (event.kind === 'gate-asking' || (event.kind === 'gate-stopped' && event.cause === 'unapproved')) return 'warn'
  if (event.kind === 'step-failed' || event.kind === 'gate-stopped') return 'error'
  if (event.kind === 'run-ended') return event.result === 'done' ? 'info' : 'error'
  return event.kind === 'step-retry' || event.kind === 'interrupting' || event.kind === 'step-skipped' ? 'warn' : 'info'
}

const messageOf = (event: Event): string => {
  if (event.kind === 'step-skipped') return `${escapeText(event.address)}: Not started`
  if (event.kind !== 'run-ended') return plainText(event) ?? ''
  const counts = `Resources: ${resourcesText(event.counts)}.`
  return event.result === 'done' ? `Apply complete! ${counts}` : `Apply ${event.result}. ${counts}`
}

const bodyOf = (event: Event): PlainMap => {
  switch (event.kind) {
    case 'run-started':
      return { type: 'run_start', plan_id: event.plan, stack: event.stack, steps: event.steps, done: event.done }
    case 'step-started':
      return { type: 'apply_start', step: event.step, hook: hookOf(event) }
    case 'step-progress':
      return { type: 'apply_progress', step: event.step, hook: { ...hookOf(event), ...elapsed(event.elapsedMs) }, detail: event.message }
    case 'step-succeeded':
      return { type: 'apply_complete', step: event.step, hook: { ...hookOf(event), ...elapsed(event.elapsedMs) } }
    case 'step-failed':
      return {
        type: 'apply_errored',
        step: event.step,
        hook: { ...hookOf(event), ...elapsed(event.elapsedMs) },
        error: { ...event.failure },
      }
    case 'step-retry':
      return {
        type: 'apply_retry',
        step: event.step,
        hook: hookOf(event),
        attempt: event.attempt,
        delay_seconds: event.delayMs / 1000,
        error: { ...event.failure },
      }
    case 'step-skipped':
      return { type: 'apply_skipped', step: event.step, hook: hookOf(event), because: event.because }
    case 'gate-waiting':
      return { type: 'gate_waiting', ...gateOf(event), healthy: event.healthy, need: event.need, ...elapsed(event.elapsedMs) }
    case 'gate-passed':
      return { type: 'gate_passed', ...gateOf(event), ...elapsed(event.elapsedMs) }
    case 'gate-asking':
      return { type: 'gate_asking', ...gateOf(event), approve: shownGate(event.step) }
    case 'gate-stopped':
      return {
        type: 'gate_stopped',
        ...gateOf(event),
        healthy: event.healthy,
        need: event.need,
        cause: event.cause,
        why: clip(event.why, 2000),
        ...(event.cause === 'unapproved' ? { approve: shownGate(event.step) } : {}),
      }
    case 'interrupting':
      return { type: 'interrupting', running: event.running }
    case 'run-ended':
      return {
        type: 'change_summary',
        changes: summaryOf(event),
        plan_id: event.plan,
        result: event.result,
        ...elapsed(event.elapsedMs),
        ...(event.failure === null ? {} : { error: { ...event.failure, text: failureText(event.failure) } }),
      }
    default:
      return event satisfies never
  }
}

const summaryOf = ({ counts }: Event & { readonly kind: 'run-ended' }): PlainMap => ({
  add: counts.added,
  change: counts.changed,
  import: counts.imported,
  remove: counts.destroyed,
  failed: counts.failed,
  skipped: counts.skipped,
  operation: 'apply',
})

const gateOf = (event: { readonly step: string; readonly unit: UnitName }): PlainMap => ({ step: event.step, unit: event.unit })

const elapsed = (ms: number): PlainMap => ({ elapsed_seconds: Math.floor(ms / 1000) })

const hookOf = ({ address, verb }: { readonly address: Address | UnitName; readonly verb: StepKind }): PlainMap => ({
  resource: resourceOf(address),
  action: verb,
})

const resourceOf = (address: Address | UnitName): PlainMap => {
  const unit = parseUnitName(address) ?? unitOf(address as Address)
  const type = address.slice(0, address.indexOf('.'))
  return {
    addr: address,
    module: '',
    resource: address,
    implied_provider: 'forge',
    resource_type: type,
    resource_name: unit.slice(unit.indexOf('.') + 1),
    resource_key: memberOf(address as Address) ?? null,
  }
}
