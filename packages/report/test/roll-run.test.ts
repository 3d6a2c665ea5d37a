import type { Address, Event, Plan, StepId, UnitName } from '@forgeplan/model'
import { groupUnit, stepId } from '@forgeplan/model'
import { describe, expect, it } from 'vitest'
import { approvalText } from '../src/approval-text.ts'
import { eventJson } from '../src/event-json.ts'
import { eventText } from '../src/event-text.ts'
import { graphDot, graphMermaid, graphOf } from '../src/index.ts'
import { planView } from '../src/plan-view.ts'
import type { Progress } from '../src/progress.ts'
import { progress, startProgress } from '../src/progress.ts'
import { renderJson } from '../src/render-json.ts'
import { renderMarkdown } from '../src/render-markdown.ts'
import { renderText } from '../src/render-text.ts'
import { runReport } from '../src/run-report.ts'
import { screen } from '../src/screen.ts'
import { rowText } from '../src/screen-row.ts'
import { alter, at, catalog, create, field, ids, plan, remove, secret, web } from './builders.ts'
import { expectGolden } from './golden.ts'
import { rolling, rollPlan } from './roll-builders.ts'
import { rollScenarios } from './roll-scenarios.ts'

const began = 1_700_000_000_000
const canaryGate = stepId('gate', 'canary.group.web')
const each = (from: number, to: number): readonly (readonly number[])[] => ids(from, to).map((id) => [id])
const replaced = rollPlan({ waves: each(1, 5), size: 5, alive: 4, canary: 1, gated: false })
const surged = rollPlan({ waves: each(1, 3), successors: each(4, 6), size: 3, alive: 3, canary: 1 })

const started = (kind: 'create' | 'delete' | 'restart', id: number): Event => ({
  kind: 'step-started',
  at: began,
  step: stepId(kind, at(web, id)),
  verb: kind,
  address: at(web, id),
})
const done = (kind: 'create' | 'delete' | 'restart', id: number): readonly Event[] => [
  started(kind, id),
  { kind: 'step-succeeded', at: began, step: stepId(kind, at(web, id)), verb: kind, address: at(web, id), elapsedMs: 1000 },
]
const failed = (kind: 'create' | 'delete' | 'restart', id: number, message: string): readonly Event[] => [
  started(kind, id),
  {
    kind: 'step-failed',
    at: began,
    step: stepId(kind, at(web, id)),
    verb: kind,
    address: at(web, id),
    elapsedMs: 1000,
    failure: { kind: 'invalid', message },
  },
]
const anew = (...of: readonly number[]): readonly Event[] => of.flatMap((id) => [...done('delete', id), ...done('create', id)])
const skipped = (because: StepId, ...of: readonly number[]): readonly Event[] =>
  of.flatMap((id): readonly Event[] => {
    const skip = { kind: 'step-skipped', at: began, address: at(web, id) } as const
    const gone = stepId('delete', at(web, id))
    return [
      { ...skip, step: gone, verb: 'delete', because },
      { ...skip, step: stepId('create', at(web, id)), verb: 'create', because: gone },
    ]
  })
const gate = (name: string) => ({ at: began, step: stepId('gate', name), unit: web })
const passed = (name: string): Event => ({ kind: 'gate-passed', ...gate(name), elapsedMs: 3000 })
const asking: Event = { kind: 'gate-asking', ...gate('canary.group.web') }
type Stopped = Event & { readonly kind: 'gate-stopped' }
const stopped = (name: string, cause: Stopped['cause'], why: string): Event => ({
  kind: 'gate-stopped',
  ...gate(name),
  healthy: cause === 'unapproved' ? 1 : 0,
  need: 1,
  cause,
  why,
})
const unapproved = stopped(
  'canary.group.web',
  'unapproved',
  'nobody is here to approve it; apply the saved plan again with --approve canary.group.web',
)
const ended = (result: 'done' | 'partial' | 'failed', message?: string): Event => ({
  kind: 'run-ended',
  at: began,
  plan: replaced.id,
  result,
  counts: { imported: 0, added: 1, changed: 0, destroyed: 1, failed: 0, skipped: 8 },
  elapsedMs: 72_000,
  failure: message === undefined ? null : { kind: 'denied', message },
})

const run = (of: Plan, ...events: readonly Event[]): Progress => events.reduce(progress, startProgress(of))
const report = (
  view: Progress,
  more: { readonly given?: readonly string[]; readonly back?: number | null; readonly planFile?: string | null } = {},
) => runReport(view, { color: false, width: 100, planFile: 'web.forgeplan', back: 7, ...more })
const rows = (view: Progress, width = 100): string =>
  screen(view, { width, height: 24, now: began + 9000, glyphs: 'ascii', aborting: false })
    .map(rowText)
    .join('\n')

const waitsForPerson = run(
  replaced,
  ...anew(1),
  unapproved,
  ...skipped(canaryGate, 2, 3, 4, 5),
  ended(
    'partial',
    'group.web waits for approval: nobody is here to approve it; apply the saved plan again with --approve canary.group.web',
  ),
)
const unwell = run(
  replaced,
  ...anew(1),
  passed('canary.group.web'),
  ...anew(2),
  stopped('wave-3.group.web', 'deadline', 'group.web/2: GET /health answered 503'),
  ...skipped(stepId('gate', 'wave-3.group.web'), 3, 4, 5),
  ended('partial'),
)

describe('the report of a roll that stopped', () => {
  it('at its canary says that nothing failed, who is untouched, how to agree and how to go back', () => {
    expectGolden('roll-run-unapproved.txt', report(waitsForPerson))
  })

  it('at a gate says where, and who is new and who is untouched', () => {
    expectGolden('roll-run-unwell.txt', report(unwell))
  })

  it('by a member that failed names it, and those that are begun', () => {
    const view = run(
      rollPlan({ waves: [[1], [2, 3], [4, 5]], size: 5, alive: 3, canary: 1, gated: false }),
      ...anew(1),
      passed('canary.group.web'),
      ...done('delete', 2),
      ...failed('create', 2, 'There is no space left.'),
      ...done('delete', 3),
      started('create', 3),
      ...skipped(stepId('gate', 'wave-3.group.web'), 4, 5),
      ended('partial'),
    )
    expectGolden('roll-run-failed.txt', report(view))
  })

  it('counts successors as new and their predecessors as untouched, not those that never came', () => {
    const text = report(run(surged, ...done('create', 4), unapproved, ended('partial')))
    expect(text).toContain('Members: 1 is new (web/4), 3 are untouched (web/{1..3})\n')
    const later = run(
      surged,
      ...done('create', 4),
      passed('canary.group.web'),
      ...done('delete', 1),
      ...failed('create', 5, 'No.'),
      ended('partial'),
    )
    expect(report(later)).toContain('Members: 1 is new (web/4), 1 failed (web/5), 2 are untouched (web/{2,3})\n')
  })

  it('says what there is to approve once, and nothing of it on the way back', () => {
    const text = report(waitsForPerson, { given: ['-C', 'shop', '--approve', 'canary.group.web', '--override', 'quorum:web'] })
    expect(text).toContain('forge apply web.forgeplan -C shop --approve canary.group.web --override quorum:web\n')
    expect(text).toContain('To go back instead: forge plan -C shop --revision 7\n')
  })

  it('names no way back where there is none, where no roll stopped, and where all is done', () => {
    expect(report(waitsForPerson, { back: null })).not.toContain('--revision')
    expect(report(run(plan({}), ended('failed')))).not.toContain('--revision')
    expect(report(run(replaced, ended('done')))).not.toContain('--revision')
  })

  it('knows what an earlier run of the plan has done', () => {
    const before = new Set([stepId('delete', at(web, 1)), stepId('create', at(web, 1)), canaryGate])
    const view = [...anew(2), stopped('wave-3.group.web', 'ended', 'group.web/2: exit code 1'), ended('partial')].reduce(
      progress,
      startProgress(replaced, before),
    )
    expect(report(view)).toContain('stopped in wave 2 of 5, before wave 3: 0 of 1 healthy, others have ended\n')
    expect(report(view)).toContain('Members: 2 are new (web/{1,2}), 3 are untouched (web/{3..5})\n')
  })
})

describe('the screen of a roll', () => {
  it('says in which wave it is, what it waits for, and for whom', () => {
    const wait: Event = { kind: 'gate-waiting', ...gate('wave-3.group.web'), healthy: 0, need: 1, elapsedMs: 2000 }
    const scenes = [
      run(replaced, ...anew(1), asking),
      run(replaced, ...anew(1), passed('canary.group.web'), ...done('delete', 2), started('create', 2)),
      run(replaced, ...anew(1), passed('canary.group.web'), ...anew(2), wait),
      run(surged, started('create', 4)),
      waitsForPerson,
      unwell,
    ]
    expectGolden('roll-screen.txt', scenes.map((view) => [100, 60].map((width) => `${rows(view, width)}\n`).join('\n')).join('\n===\n'))
  })

  it('is in the last wave that began, also when an earlier run of the plan began it', () => {
    const before = new Set([stepId('delete', at(web, 3))])
    expect(startProgress(replaced, before).units.flat()[0]).toMatchObject({ wave: 3, waves: 5 })
    expect(run(replaced, started('delete', 2), started('delete', 1)).units.flat()[0]?.wave).toBe(2)
  })
})

describe('the events of a roll', () => {
  const stops = [
    asking,
    unapproved,
    stopped('wave-3.group.web', 'deadline', 'group.web/2: \u001b[2J'),
    stopped('group.web', 'ended', 'group.web/2: exit code 1'),
    stopped('shrink.group.web', 'failed', 'group.web/2 failed'),
    started('restart', 1),
    { kind: 'step-started', at: began, step: stepId('join', at(web, 1)), verb: 'join', address: at(web, 1) },
    { kind: 'step-succeeded', at: began, step: stepId('leave', at(web, 1)), verb: 'leave', address: at(web, 1), elapsedMs: 2000 },
  ] as const satisfies readonly Event[]

  it('say where a gate stopped, and what there is to do', () => {
    const lines = stops.map((event) => eventText(event, { color: false }))
    const stream = stops.map((event) => JSON.stringify(eventJson(event)))
    expectGolden('roll-events.txt', `${[...lines, ...stream].join('\n')}\n`)
  })
})

describe('a plan with a roll', () => {
  it('says before the question that there will be another one', () => {
    const view = planView(replaced, catalog)
    expect(approvalText(view, { width: 200, color: false, answer: 'yes' })).toContain(
      "'yes' performs 5 replacements in 1 unit of lab, and waits for health at 5 gates. You are asked again at canary.group.web.\n",
    )
    expect(approvalText(planView(surged, catalog), { width: 200, color: false, answer: 'yes' })).toContain(
      "'yes' performs 3 successor-first replacements in 1 unit of lab",
    )
  })

  it('shows in the graph how a unit rolls, in one line however many waves there are', () => {
    const many = rollScenarios['roll-ten-thousand'] as Plan
    expect(graphMermaid(graphOf(many.desired, many))).toContain(
      '-/+10000<br/>rolls in a canary of 1, then 9999 waves of 1"]'.replace('"]', ''),
    )
    expect(graphDot(graphOf(surged.desired, surged))).toContain('+/-3\\nrolls in a canary of 1, then 2 waves of 1')
  })

  it('lists every wave when it is asked to, and one screen otherwise', () => {
    const view = planView(rollScenarios['roll-ten-thousand'] as Plan, catalog)
    const lines = (verbose: boolean): number => renderText(view, { width: 100, color: false, verbose }).split('\n').length
    expect(lines(false)).toBeLessThan(24)
    expect(lines(true)).toBeGreaterThan(10_000)
  })

  it('has every wave in its JSON', () => {
    const read = JSON.parse(renderJson(planView(rollScenarios['roll-ten-thousand'] as Plan, catalog))) as {
      readonly rolls: readonly { readonly waves: readonly { readonly members: readonly string[] }[] }[]
    }
    expect(read.rolls[0]?.waves).toHaveLength(10_000)
    expect(read.rolls[0]?.waves.at(-1)?.members).toEqual(['group.web/10000'])
  })

  it('fits 80 columns, but for commands, which can be copied, and single words', () => {
    for (const of of Object.values(rollScenarios)) {
      const text = renderText(planView(of, catalog, { back: 7 }), { width: 80, color: false, verbose: false })
      for (const line of text.split('\n'))
        if (!line.includes('forge ') && / /.test(line.trim())) expect(line.length).toBeLessThanOrEqual(80)
    }
  })

  it('fits into a comment with thousands of groups that roll', () => {
    const groups = ids(1, 3000).map((id) => groupUnit(`g${id}`))
    const members = (unit: UnitName): readonly Address[] => ids(1, 3).map((id) => at(unit, id))
    const of = plan({
      changes: groups.flatMap(members).map((address) => alter('restart', address, [field('cpus', 2, 4, { effect: 'restart' })])),
      rolls: groups.map((unit) => ({
        unit,
        order: 'delete-first',
        size: 3,
        alive: 2,
        waves: members(unit).map((address) => ({ members: [address], successors: [], gate: null, ask: null })),
      })),
    })
    const markdown = renderMarkdown(planView(of, catalog))
    expect(markdown.length).toBeLessThanOrEqual(60_000)
    expect(markdown).toMatch(/\n\d+ more rolls\.\n/)
    expect(renderText(planView(of, catalog), { width: 100, color: false, verbose: false })).toContain(
      '2980 more rolls; --verbose shows them',
    )
  })

  it('says of a lone instance that it restarts, and no more', () => {
    const view = planView(rollScenarios['roll-instance'] as Plan, catalog, { back: 7 })
    expect(renderText(view, { width: 100, color: false, verbose: true })).not.toContain('Rolls')
    expect(renderMarkdown(view)).not.toContain('Rolls')
    expect(view.units[0]).toMatchObject({ roll: null, gates: ['waits until it is healthy (at most 5m)'] })
  })

  it('hides what is secret in the differences of a successor', () => {
    const fields = [field('token', secret('TOKEN', 'aaaa'), 'not-for-anybody', { effect: 'replace' })]
    const of = rollPlan({ waves: [[1]], successors: [[2]], size: 1, alive: 1, fields })
    for (const text of [renderJson(planView(of, catalog)), renderText(planView(of, catalog), { width: 100, color: false, verbose: true })])
      expect(text).not.toContain('not-for-anybody')
  })

  it('takes for a pair only those that name each other', () => {
    const of = plan({
      changes: [
        remove(at(web, 1), { kind: 'succeeded-by', address: at(web, 4) }),
        create(at(web, 4), { kind: 'successor-of', address: at(web, 2), why: { kind: 'requested' }, fields: [] }),
        remove(at(web, 3), { kind: 'succeeded-by', address: 'group.db/9' as Address }),
      ],
      rolls: rolling({ waves: [[1]], size: 3, alive: 2 }).rolls,
    })
    expect(planView(of, catalog).units[0]?.counts).toEqual({ delete: 2, create: 1 })
  })
})
