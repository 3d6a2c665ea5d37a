import type { Event, Failure, Journal, Lineage, Observed, Plan, RunCounts, RunResult, State, Step } from '@forgeplan/model'
import { gateName, LeaseLost } from '@forgeplan/model'
import { Agenda } from './agenda.ts'
import { beginEntries, unitsOf } from './begin.ts'
import type { Clock } from './clock.ts'
import { Conductor } from './conductor.ts'
import { Ledger } from './ledger.ts'
import { madeByGates } from './made.ts'
import { EventQueue } from './queue.ts'
import { outputsOf, resultOf } from './finish.ts'
import { Redactor } from './redact.ts'
import type { AskingGate, Run } from './run.ts'
import { joined } from './signals.ts'
import { Slots } from './slots.ts'
import type { Resolver, Worlds } from './worlds.ts'
import { keepingSecrets } from './worlds.ts'

export interface ExecuteRequest {
  readonly plan: Plan
  readonly state: State
  /** The state's lineage, or the one that a first apply founds. */
  readonly lineage: Lineage
  /** The look that was taken just before; destructive steps compare against it, and its outputs are journaled. */
  readonly observed?: Observed
  readonly worlds: Worlds
  readonly journal: Journal
  readonly clock: Clock
  readonly signals: {
    /** First Ctrl-C: start nothing new, finish what runs. */
    readonly stop: AbortSignal
    /** Second Ctrl-C: end the running calls too. */
    readonly abort: AbortSignal
    /** The lease is known to be gone: as `abort`, and nothing is written any more. */
    readonly lost?: AbortSignal
  }
  readonly resolver: Resolver
  /** Asks a person at a gate that wants it: whether to go on. Absent: nobody is there, and such gates stop. */
  readonly ask?: (gate: AskingGate) => Promise<boolean>
  readonly options: ExecuteOptions
}

export interface ExecuteOptions {
  /** Provider calls at once. */
  readonly parallelism: number
  /** For the history: `apply`, `destroy`. */
  readonly command: string
  /** For the history: why, in the user's words, without secrets. */
  readonly message?: string
  /** Names of gates that a person has approved; absent: none. */
  readonly approved?: ReadonlySet<string>
  /** 0 to 1, for the jitter of back-off. */
  readonly random: () => number
}

export interface RunOutcome {
  readonly result: RunResult
  readonly counts: RunCounts
  /** What the run is remembered by: a stale step, or the first that failed. */
  readonly failure: Failure | null
  /** The lease is gone: the end of the run could not be written, and another process may be at work. */
  readonly leaseLost: boolean
  /** What was written, folded; ready for the snapshot. */
  readonly state: State
  readonly elapsedMs: number
}

/** A run that goes on to its end whether or not anybody iterates its events. Iterate it once. */
export interface RunHandle extends AsyncIterable<Event> {
  /** Never rejects: whatever goes wrong is in the outcome. */
  readonly result: Promise<RunOutcome>
}

/** Performs a plan: journal, call, journal. Begins at once; events wait for their listener, never the other way. */
export const execute = (request: ExecuteRequest): RunHandle => {
  const events = new EventQueue()
  const result = perform(request, events).finally(() => events.end())
  return { result, [Symbol.asyncIterator]: () => events[Symbol.asyncIterator]() }
}

const perform = async (request: ExecuteRequest, events: EventQueue): Promise<RunOutcome> => {
  const ledger = new Ledger(request.state, request.journal)
  const run = openRun(request, ledger, events)
  const agenda = new Agenda(request.plan.steps, doneBefore(request))
  const conductor = new Conductor(run, agenda)
  const startedAt = request.clock.now()
  try {
    await begin(request, run)
    const left = agenda.left
    run.emit({
      kind: 'run-started',
      at: startedAt,
      plan: run.plan.id,
      stack: run.plan.stack,
      steps: run.plan.steps.length,
      done: run.plan.steps.length - left,
    })
    await conductor.run()
    return await end(request, run, { conductor, startedAt })
  } catch (error) {
    return broken(run, error, { conductor, startedAt })
  } finally {
    ledger.close()
  }
}

// A step is done when the journal holds its success under this plan's id, and never by looking alike.
const doneBefore = ({ state, plan }: ExecuteRequest): ReadonlySet<Step['id']> => {
  if (state.lastRun?.plan !== plan.id) return new Set()
  const old = new Set(oldLooks(plan, state.done))
  return new Set([...state.done].filter((id) => !old.has(id)))
}

// A gate that was passed, and behind which nothing has been done: what it saw may be long ago, so it looks again.
const oldLooks = ({ steps }: Plan, done: ReadonlySet<Step['id']>): readonly Step['id'][] => {
  const waiting = new Set(steps.flatMap(({ after }) => after))
  const followed = new Set(steps.flatMap(({ id, after }) => (done.has(id) ? after : [])))
  const isOld = (step: Step): boolean => step.kind === 'gate' && step.gate.alive !== null && waiting.has(step.id) && !followed.has(step.id)
  return steps.filter((step) => done.has(step.id) && isOld(step)).map(({ id }) => id)
}

// Nobody is asked twice under one plan.
const approvedBefore = ({ state, plan, options }: ExecuteRequest): ReadonlySet<string> => {
  const passed = state.lastRun?.plan === plan.id ? plan.steps.filter((step) => step.kind === 'gate' && state.done.has(step.id)) : []
  return new Set([...(options.approved ?? []), ...passed.map(({ id }) => gateName(id))])
}

const openRun = (request: ExecuteRequest, ledger: Ledger, events: EventQueue): Run => {
  const { plan, state, lineage, worlds, signals } = request
  const redactor = worlds.redactor ?? new Redactor()
  ledger.breakWith(signals.lost)
  const kill = joined([signals.abort, ledger.broken])
  return {
    plan,
    worlds,
    clock: request.clock,
    ledger,
    redactor,
    resolver: keepingSecrets(request.resolver, redactor),
    identity: { lineage: state.lineage ?? lineage, stack: plan.stack },
    changes: new Map(plan.changes.map((change) => [change.address, change])),
    units: unitsOf(plan.desired),
    start: { state, observed: request.observed ?? null },
    touched: new Set(),
    departed: new Map(),
    made: madeByGates(plan.steps),
    approvals: { given: approvedBefore(request), ask: request.ask },
    failed: new Set(),
    slots: new Slots(request.options.parallelism),
    halt: joined([signals.stop, kill]),
    kill,
    random: request.options.random,
    emit: (event) => events.push(event),
  }
}

const begin = (request: ExecuteRequest, run: Run): Promise<void> =>
  run.ledger.append(
    beginEntries({
      plan: run.plan,
      start: run.start,
      lineage: run.identity.lineage,
      command: request.options.command,
      message: request.options.message ?? null,
      at: run.clock.now(),
    }),
  )

interface Ending {
  readonly conductor: Conductor
  readonly startedAt: number
}

const end = async (request: ExecuteRequest, run: Run, { conductor, startedAt }: Ending): Promise<RunOutcome> => {
  const result = resultOf(conductor.tally(), doneBefore(request).size > 0)
  const outputs = outputsOf(run)
  const at = run.clock.now()
  await run.ledger.append([
    ...(outputs === undefined ? [] : [{ kind: 'outputs', values: outputs } as const]),
    { kind: 'run-ended', plan: run.plan.id, at, result },
  ])
  return close(run, { conductor, startedAt }, { result, failure: conductor.failure, leaseLost: false })
}

const close = (run: Run, { conductor, startedAt }: Ending, how: Pick<RunOutcome, 'result' | 'failure' | 'leaseLost'>): RunOutcome => {
  const at = run.clock.now()
  const counts = conductor.counts()
  run.emit({ kind: 'run-ended', at, plan: run.plan.id, result: how.result, counts, elapsedMs: at - startedAt, failure: how.failure })
  return { ...how, counts, state: run.ledger.state(), elapsedMs: at - startedAt }
}

// A journal's error may have a code and say in full sentences what to do; a failure is one text.
const wordsOf = (cause: unknown): string => {
  if (!(cause instanceof Error)) return String(cause)
  const { code, detail } = cause as { readonly code?: unknown; readonly detail?: unknown }
  return `${cause.message}${typeof code === 'string' ? ` [${code}]` : ''}${typeof detail === 'string' ? `. ${detail}` : ''}`
}

// The journal cannot be written: nothing more is, and the next run finds out what became of the calls.
const broken = (run: Run, error: unknown, ending: Ending): RunOutcome => {
  const cause: unknown = run.ledger.broken.aborted ? run.ledger.broken.reason : error
  const leaseLost = cause instanceof LeaseLost
  const message = leaseLost
    ? 'The lease was taken over by another process, so nothing more was started or written.'
    : `The run could not go on: ${run.redactor.text(wordsOf(cause))}`
  const kind = leaseLost ? 'cancelled' : run.ledger.broken.aborted ? 'state' : 'internal'
  return close(run, ending, { result: 'failed', failure: { kind, message }, leaseLost })
}
