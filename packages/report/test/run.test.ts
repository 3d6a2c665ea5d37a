import type { Event, StepId } from '@forgeplan/model'
import { groupUnit, stepId } from '@forgeplan/model'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { elapsedText, isoTime } from '../src/elapsed.ts'
import { diagnosticEventJson, eventJson, versionJson } from '../src/event-json.ts'
import { eventText } from '../src/event-text.ts'
import type { Progress } from '../src/progress.ts'
import { progress, startProgress } from '../src/progress.ts'
import { runReport } from '../src/run-report.ts'
import { at, gate as gateStep, ids, plan, step, warning, web } from './builders.ts'
import { expectGolden } from './golden.ts'

const when = 1_700_000_000_123
const one = at(web, 1)
const create = { at: when, step: stepId('create', one), verb: 'create', address: one } as const
const transient = { kind: 'transient', message: 'The host did not answer.\u001b[2J' } as const
const gate = { at: when, step: stepId('gate', web), unit: web } as const
const namedGate = gateStep(web, [one])
const counts = { imported: 0, added: 3, changed: 0, destroyed: 0, failed: 0, skipped: 0 }
const ended = (more: Partial<Event & { kind: 'run-ended' }> = {}): Event => ({
  kind: 'run-ended',
  at: when,
  plan: plan({}).id,
  result: 'done',
  counts,
  elapsedMs: 72_000,
  failure: null,
  ...more,
})

const everyKind: readonly Event[] = [
  { kind: 'run-started', at: when, plan: plan({}).id, stack: plan({}).stack, steps: 12, done: 3 },
  { kind: 'step-started', ...create },
  { kind: 'step-progress', ...create, elapsedMs: 10_000, message: null },
  { kind: 'step-progress', ...create, elapsedMs: 72_000, message: 'copying\u202E disk' },
  { kind: 'step-retry', ...create, attempt: 2, delayMs: 4000, failure: transient },
  { kind: 'step-succeeded', ...create, elapsedMs: 2300 },
  { kind: 'step-failed', ...create, elapsedMs: 3_661_000, failure: transient },
  { kind: 'step-skipped', ...create, because: null },
  { kind: 'gate-waiting', ...gate, healthy: 1, need: 3, elapsedMs: 5000 },
  { kind: 'gate-passed', ...gate, elapsedMs: 9000 },
  { kind: 'gate-stopped', ...gate, healthy: 2, need: 3, cause: 'deadline', why: 'The deadline of 5m has passed.' },
  { kind: 'interrupting', at: when, running: 2 },
  ended(),
]

const steps = ids(1, 5).flatMap((id) => {
  const gone = step('delete', at(web, id))
  return [gone, step('create', at(web, id), gone), step('create', at(groupUnit('db'), id))]
})
const run = (events: readonly Event[], mode: 'normal' | 'destroy' = 'normal'): Progress =>
  events.reduce(progress, startProgress(plan({ steps, mode })))
const report = (view: Progress, planFile: string | null = null): string => runReport(view, { color: false, width: 100, planFile })
const about = (kind: 'create' | 'delete', id: number, group = web) =>
  ({ at: when, step: stepId(kind, at(group, id)), verb: kind, address: at(group, id), elapsedMs: 1000 }) as const
const skipped = (kind: 'create' | 'delete', id: number, because: StepId | null): Event => ({
  kind: 'step-skipped',
  ...about(kind, id),
  because,
})

describe('an event', () => {
  it('is one line, or none where the report says it', () => {
    const lines = everyKind.map((event) => eventText(event, { color: false }) ?? '(none)')
    expectGolden('events.txt', `${lines.join('\n')}\n`)
    for (const line of lines) expect(line).not.toMatch(/[\p{Cc}\p{Cf}]/u)
  })

  it('is one JSON object with the names of Terraform', () => {
    const stream = [versionJson('0.1.0', when), ...everyKind.map(eventJson), diagnosticEventJson(warning('Odd'), new Map(), when)]
    expectGolden('events.jsonl', `${stream.map((line) => JSON.stringify(line)).join('\n')}\n`)
    expect(stream.map((line) => line['@timestamp'])).toEqual(stream.map(() => '2023-11-14T22:13:20.123Z'))
  })
})

describe('times', () => {
  it('are those of ISO 8601', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 253_402_300_799_999 }), (ms) => {
        expect(isoTime(ms)).toBe(new Date(ms).toISOString())
      }),
    )
  })

  it('that have passed are in whole seconds', () => {
    expect([0, 999, 2300, 72_000, 3_661_000].map(elapsedText)).toEqual(['0s', '0s', '2s', '1m12s', '1h1m1s'])
  })
})

describe('the report of a run', () => {
  it('ends in the wording of Terraform when all is done', () => {
    expect(report(run([ended()]))).toBe('\nApply complete! Resources: 3 added, 0 changed, 0 destroyed.\n')
    const destroyed = ended({ counts: { ...counts, added: 0, destroyed: 2 } })
    expect(report(run([destroyed], 'destroy'))).toBe('\nDestroy complete! Resources: 2 destroyed.\n')
  })

  it('counts what is done, failed and not started, folds errors and names the next command', () => {
    const events: readonly Event[] = [
      { kind: 'step-succeeded', ...about('delete', 1) },
      { kind: 'step-succeeded', ...about('create', 1) },
      { kind: 'step-succeeded', ...about('delete', 2) },
      { kind: 'step-failed', ...about('create', 2), failure: transient },
      { kind: 'step-failed', ...about('delete', 3), failure: transient },
      skipped('create', 3, stepId('delete', at(web, 3))),
      skipped('delete', 4, stepId('gate', web)),
      skipped('create', 4, stepId('delete', at(web, 4))),
      { kind: 'step-succeeded', ...about('delete', 5) },
      skipped('create', 5, null),
      ...ids(1, 5).map((id): Event => ({ kind: 'step-succeeded', ...about('create', id, groupUnit('db')) })),
      { kind: 'gate-stopped', ...gate, healthy: 0, need: 1, cause: 'deadline', why: 'The deadline has passed.' },
      ended({ result: 'partial', counts: { imported: 0, added: 6, changed: 0, destroyed: 3, failed: 2, skipped: 4 } }),
    ]
    expectGolden('run-failed.txt', report(run(events), 'my plan.forge'))
  })

  it('says once what a gate and the run both tell', () => {
    const why = 'group.web/1: exit code 7'
    const failure = { kind: 'conflict', message: `Members of group.web ended instead of becoming healthy: ${why}` } as const
    const text = report(
      run([{ kind: 'gate-stopped', ...gate, healthy: 0, need: 1, cause: 'deadline', why }, ended({ result: 'partial', failure })]),
    )
    expect(text.split(why)).toHaveLength(2)
  })

  it('names units whose members all stand but were not seen to be healthy', () => {
    const made = plan({ steps: [step('create', one), namedGate] })
    const end = (kind: 'gate-stopped' | 'step-skipped'): string => {
      const gateEnd: Event =
        kind === 'gate-stopped'
          ? { kind, at: when, step: namedGate.id, unit: web, healthy: 0, need: 1, cause: 'deadline', why: 'it does not answer' }
          : { kind, at: when, step: namedGate.id, verb: 'gate', address: web, because: null }
      const events: readonly Event[] = [{ kind: 'step-succeeded', ...about('create', 1) }, gateEnd, ended({ result: 'partial' })]
      return report(events.reduce(progress, startProgress(made)))
    }
    expect(end('gate-stopped')).toContain('group.web: 1 of 1 done, did not become healthy\n')
    expect(end('step-skipped')).toContain('group.web: 1 of 1 done, not known to be healthy\n')
  })

  it('tells an interrupted and a stale run from a failed one', () => {
    expect(report(run([ended({ result: 'interrupted' })]))).toContain('forge apply\n')
    expect(report(run([ended({ result: 'interrupted' })]))).toContain('Apply interrupted: 3 added')
    expect(report(run([ended({ result: 'stale' })]))).toContain('Plan again: forge plan\n')
  })

  it('does not change an earlier progress', () => {
    const before = run([])
    const copy = structuredClone(before.units)
    progress(before, { kind: 'step-succeeded', ...about('create', 1) })
    expect(before.units).toEqual(copy)
  })
})
