import type { Event, Failure, Plan, Step, UnitName } from '@forgeplan/model'
import { groupUnit, instanceUnit, stepId } from '@forgeplan/model'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { approvalText } from '../src/approval-text.ts'
import { planView } from '../src/plan-view.ts'
import type { Progress } from '../src/progress.ts'
import { progress, startProgress } from '../src/progress.ts'
import { screen } from '../src/screen.ts'
import { rowText } from '../src/screen-row.ts'
import { textWidth } from '../src/width.ts'
import { at, catalog, create, gate, ids, plan, remove, step, web } from './builders.ts'
import { expectGolden } from './golden.ts'

const began = 1_700_000_000_000
const db = groupUnit('db')
const nfs = instanceUnit('nfs')
const long = groupUnit('a-rather-long-name-for-a-group-of-machines')
const full: Failure = { kind: 'denied', message: 'There is no space left on the datastore vSphereNFS.' }
const busy: Failure = { kind: 'transient', message: 'The host did not answer within 30 s.' }

const members = (unit: UnitName, size: number) => ids(1, size).map((id) => at(unit, id))
const creates = (unit: UnitName, size: number): readonly Step[] => {
  const steps = members(unit, size).map((address) => step('create', address))
  const all = gate(unit, members(unit, size))
  return [...steps, { ...all, after: steps.map(({ id }) => id) }]
}
const gateId = (unit: UnitName, size: number) => stepId('gate', `${unit}#${size}`)

const fleet = plan({ steps: [...creates(db, 3), ...creates(web, 20), ...creates(long, 4), step('create', at(nfs, ''))] })

/** Events at so many seconds after the start of the run. */
const script = (unit: UnitName, id: number | string) => {
  const about = (seconds: number, verb: 'create' | 'delete' = 'create') =>
    ({ at: began + seconds * 1000, step: stepId(verb, at(unit, id)), verb, address: at(unit, id) }) as const
  return {
    start: (seconds: number): Event => ({ kind: 'step-started', ...about(seconds) }),
    say: (seconds: number, message: string | null): Event => ({ kind: 'step-progress', ...about(seconds), elapsedMs: 0, message }),
    retry: (seconds: number, attempt: number): Event => ({ kind: 'step-retry', ...about(seconds), attempt, delayMs: 8000, failure: busy }),
    done: (seconds: number): Event => ({ kind: 'step-succeeded', ...about(seconds), elapsedMs: 1000 }),
    fail: (seconds: number, failure: Failure = full): Event => ({ kind: 'step-failed', ...about(seconds), elapsedMs: 1000, failure }),
    skip: (seconds: number): Event => ({ kind: 'step-skipped', ...about(seconds), because: null }),
  }
}

const runStarted = (of: Plan, done = 0): Event => ({
  kind: 'run-started',
  at: began,
  plan: of.id,
  stack: of.stack,
  steps: of.steps.length,
  done,
})
const waiting = (unit: UnitName, size: number, seconds: number, healthy: number): Event => ({
  kind: 'gate-waiting',
  at: began + seconds * 1000,
  step: gateId(unit, size),
  unit,
  healthy,
  need: size,
  elapsedMs: 9000,
})
const passed = (unit: UnitName, size: number, seconds: number): Event => ({
  kind: 'gate-passed',
  at: began + seconds * 1000,
  step: gateId(unit, size),
  unit,
  elapsedMs: 9000,
})
const ended = (result: 'done' | 'partial' | 'interrupted', seconds: number): Event => ({
  kind: 'run-ended',
  at: began + seconds * 1000,
  plan: fleet.id,
  result,
  counts: { imported: 0, added: 0, changed: 0, destroyed: 0, failed: 0, skipped: 0 },
  elapsedMs: seconds * 1000,
  failure: null,
})

const run = (of: Plan, events: readonly Event[]): Progress => [runStarted(of), ...events].reduce(progress, startProgress(of))

const all = (unit: UnitName, size: number, from = 1): readonly Event[] =>
  ids(from, size).flatMap((id) => [script(unit, id).start(1), script(unit, id).done(12)])

const halfWay = run(fleet, [
  ...all(db, 3),
  waiting(db, 3, 20, 2),
  ...all(web, 7),
  ...ids(8, 13).map((id) => script(web, id).start(30 + id)),
  script(web, 8).say(50, '42 % cloning docker-host-1a2b3c to group.web/8'),
  script(web, 9).retry(60, 2),
  script(web, 10).say(61, 'powering on'),
  script(web, 10).say(71, null),
])
const failing = [
  script(web, 11).fail(66),
  script(web, 12).fail(67),
  script(web, 13).fail(68, { kind: 'timeout', message: 'The clone did not end within 30 minutes.' }),
].reduce(progress, halfWay)
const interrupted = progress(failing, { kind: 'interrupting', at: began + 70_000, running: 3 })
const done = run(fleet, [
  ...all(db, 3),
  passed(db, 3, 21),
  ...all(web, 20),
  passed(web, 20, 25),
  ...all(long, 4),
  passed(long, 4, 40),
  script(nfs, '').start(1),
  script(nfs, '').done(3),
  ended('done', 72),
])
const cutShort = progress(interrupted, ended('interrupted', 74))

const thousands = plan({ steps: creates(web, 10_000) })
const crowd = run(thousands, [
  ...all(web, 4321),
  ...ids(4322, 4400).map((id) => script(web, id).start(60)),
  ...ids(4401, 4410).flatMap((id) => [script(web, id).start(2), script(web, id).fail(9)]),
])

const scenes: Readonly<Record<string, Progress>> = {
  start: run(fleet, []),
  'half-way': halfWay,
  failures: failing,
  interrupted,
  done,
  'cut-short': cutShort,
  'ten-thousand': crowd,
}

const shown = (view: Progress, width: number, height = 24, glyphs: 'unicode' | 'ascii' = 'unicode'): readonly string[] =>
  screen(view, { width, height, now: began + 72_345, glyphs, aborting: false }).map(rowText)

describe('the screen of a run', () => {
  it.each(Object.keys(scenes))('shows %s at 200, 80, 40 and 20 columns', (name) => {
    const view = scenes[name] as Progress
    const looks = [200, 80, 40, 20].map((width) => `=== ${width} columns\n${shown(view, width).join('\n')}\n`)
    expectGolden(`screen-${name}.txt`, looks.join('\n'))
  })

  it('does without signs that a terminal may not have', () => {
    const rows = shown(failing, 80, 24, 'ascii').join('\n')
    expectGolden('screen-ascii.txt', `${rows}\n`)
    expect(rows).toMatch(/^[\x20-\x7e\n]*$/)
  })

  it('keeps head, units and failures when it has few rows', () => {
    expectGolden(
      'screen-low.txt',
      [10, 6, 3, 1].map((height) => `=== ${height} rows\n${shown(failing, 80, height).join('\n')}\n`).join('\n'),
    )
  })

  it('says that running calls are cut off', () => {
    const rows = screen(interrupted, { width: 80, height: 24, now: began, glyphs: 'ascii', aborting: true })
    expect(rows.map(rowText).at(-1)).toBe('Cutting off 3 calls. What was begun is written down.')
  })

  it('counts what an earlier run of the plan has done', () => {
    const before = new Set(members(web, 5).map((address) => stepId('create', address)))
    const view = progress(startProgress(fleet, before), runStarted(fleet, 5))
    expect(shown(view, 80)[1]).toContain('5/28 done')
    expect(shown(view, 80)[1]).toContain('5 steps done before')
  })

  it('fits any size, whatever a provider says', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 220 }),
        fc.integer({ min: 1, max: 60 }),
        fc.string({ unit: 'binary', maxLength: 400 }),
        (width, height, text) => {
          const view = [script(web, 8).say(80, text), script(web, 10).fail(81, { kind: 'internal', message: text })].reduce(
            progress,
            failing,
          )
          const rows = shown(view, width, height)
          expect(rows.length).toBeLessThanOrEqual(height)
          for (const row of rows) {
            expect(textWidth(row)).toBeLessThanOrEqual(width)
            expect(row).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u)
          }
        },
      ),
    )
  })

  it('is empty of what ran, whatever the order in which steps end', () => {
    const step = fc.constantFrom('start', 'retry', 'say', 'done', 'fail') as fc.Arbitrary<'start' | 'retry' | 'done' | 'fail' | 'say'>
    fc.assert(
      fc.property(fc.array(fc.tuple(step, fc.integer({ min: 1, max: 20 })), { maxLength: 100 }), (moves) => {
        const events = moves.map(([what, id], second): Event => {
          const member = script(web, id)
          return what === 'retry' ? member.retry(second, 1) : what === 'say' ? member.say(second, null) : member[what](second)
        })
        const counts = run(fleet, events)
          .units.flat()
          .find(({ unit }) => unit === web)
        expect(counts?.running).toBeGreaterThanOrEqual(counts?.retrying ?? 0)
        expect(counts?.retrying).toBeGreaterThanOrEqual(0)
        const quiet = run(fleet, [...events, ...ids(1, 20).map((id) => script(web, id).done(200))])
          .units.flat()
          .find(({ unit }) => unit === web)
        expect(quiet).toMatchObject({ running: 0, retrying: 0 })
      }),
    )
  })
})

describe('the summary above the question', () => {
  const destroyed = members(db, 3).map((address) => remove(address, { kind: 'not-configured' }))
  const risky = plan({
    changes: [...destroyed, ...members(web, 20).map((address) => create(address))],
    steps: creates(web, 20),
    risks: [
      { severity: 'medium', kind: 'drift', summary: '2 changed outside of forge; will be set back', addresses: members(web, 2) },
      { severity: 'high', kind: 'destroy', summary: '3 destroyed without a successor', addresses: members(db, 3) },
    ],
  })

  it('names the worst risks first and what the answer does', () => {
    expectGolden(
      'approval.txt',
      [200, 80].map((width) => approvalText(planView(risky, catalog), { width, color: false, answer: 'yes' })).join('\n'),
    )
  })

  it('says so when no object changes', () => {
    expect(approvalText(planView(plan({}), catalog), { width: 80, color: false, answer: 'yes' })).toBe(
      "'yes' changes no object of lab, only what is recorded.\n",
    )
  })
})
