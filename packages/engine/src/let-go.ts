import type { Journal, JournalEntry, Observation, Row, State } from '@forgeplan/model'
import { planId, stepId } from '@forgeplan/model'
import type { Call, Handler } from '@forgeplan/sdk'
import type { Clock } from './clock.ts'
import { bounded } from './deadline.ts'
import { deadlines, grace } from './deadlines.ts'
import { Cancelled, EngineError, failureOf, problem } from './errors.ts'
import { takeHandle, takeObservations } from './hostile.ts'
import { pauseReading, reading } from './reading.ts'
import { redactObservation, Redactor } from './redact.ts'
import { backOffMs, mayRetry } from './retry.ts'
import type { Identity } from './target.ts'
import { targetOf } from './target.ts'
import type { Worlds } from './worlds.ts'

export interface LetGoRequest {
  readonly row: Row
  readonly state: State
  readonly worlds: Worlds
  readonly journal: Journal
  readonly clock: Clock
  readonly signals: {
    /** Nothing new is started. */
    readonly stop: AbortSignal
    /** The running call is cut off too. */
    readonly abort: AbortSignal
  }
}

interface Letting extends LetGoRequest {
  readonly handler: Handler
  readonly identity: Identity
  readonly who: string
  readonly redactor: Redactor
}

/**
 * Takes the mark off a standing object and then its row out of the state; an object that is gone has no mark. Cut off
 * in between, the row keeps its `began`: nothing is planned for it until letting go was asked for again.
 * @throws EngineError when the mark cannot be taken off; Cancelled; LeaseLost and other failures of the journal.
 */
export const letGo = async (request: LetGoRequest): Promise<void> => {
  const letting = lettingOf(request)
  const { row, journal } = request
  await takeOff(letting)
  await journal.append([{ kind: 'forgotten', uid: row.uid }])
}

const lettingOf = (request: LetGoRequest): Letting => {
  const { row, state, worlds } = request
  const provider = state.contexts.get(row.context)?.provider.name
  if (provider === undefined || state.lineage === null) throw refusal(row, 'the state does not know its provider')
  const session = worlds.sessions.get(provider)
  if (session === undefined) throw refusal(row, worlds.closed?.get(provider) ?? `the provider ${provider} is not open`)
  const handler = session.handlers.get(row.type)
  if (session.realm !== row.realm || handler === undefined) throw refusal(row, 'its provider points to another world')
  const identity = { lineage: state.lineage, stack: state.stack }
  return { ...request, handler, identity, who: `The provider ${provider}`, redactor: worlds.redactor ?? new Redactor() }
}

const takeOff = async (letting: Letting): Promise<void> => {
  const { row, handler, who, redactor, journal, clock, signals } = letting
  for (let attempt = 1, conflicts = 0; ; attempt++) {
    if ((await lookAt(letting)).kind === 'absent') return
    if (handler.mark === undefined) throw refusal(row, 'its provider cannot take a mark off')
    if (signals.stop.aborted) throw new Cancelled()
    // The last act before the call: the append checks the lease.
    await journal.append([beganEntry(letting)])
    try {
      return await bounded({ clock, ms: deadlines.mark, stops: [signals.abort], grace }, async (signal) =>
        handler.mark?.(targetOf(row, letting.identity), null, callOf(letting, signal)),
      )
    } catch (error) {
      if (error instanceof Cancelled) throw error
      const failure = failureOf(error, who)
      if (!mayRetry(failure, error, attempt, conflicts)) throw refusal(row, redactor.text(failure.message))
      if (failure.kind === 'conflict') conflicts += 1
      await pauseReading({ clock, stops: [signals.stop] }, backOffMs(attempt, 0))
    }
  }
}

// A released row must not take its address back, which another object may hold by now.
const beganEntry = ({ row, clock }: Letting): JournalEntry => {
  const { uid, phase, inputs, context, address } = row
  if (phase.kind === 'released') return { kind: 'released', uid, why: phase.why }
  const began = {
    verb: 'mark',
    plan: planId('state-rm'),
    step: stepId('mark', address),
    at: clock.now(),
    handle: null,
    inputs,
    context,
  } as const
  return { kind: 'change-began', uid, began }
}

const lookAt = async (letting: Letting): Promise<Extract<Observation, { kind: 'absent' | 'present' | 'detached' }>> => {
  const { row, handler, who, redactor, clock, signals } = letting
  try {
    const answer = await reading({ clock, stops: [signals.stop] }, who, deadlines.observe, async (call) =>
      takeObservations(await handler.observe([targetOf(row, letting.identity)], call), [row.uid]),
    )
    const seen = redactObservation(answer.get(row.uid) as Observation, redactor)
    if (seen.kind === 'absent' || seen.kind === 'present' || seen.kind === 'detached') return seen
    throw refusal(row, seen.kind === 'unreadable' ? seen.why : `it reads as ${seen.kind}`)
  } catch (error) {
    if (error instanceof EngineError || error instanceof Cancelled) throw error
    throw refusal(row, redactor.text(failureOf(error, who).message))
  }
}

const callOf = ({ row, journal, clock }: Letting, signal: AbortSignal): Call => ({
  signal,
  progress: () => undefined,
  record: async (handle) => void (await journal.append([{ kind: 'handle', uid: row.uid, handle: takeHandle(handle) }])),
  now: () => clock.now(),
  sleep: (ms) => clock.sleep(ms, signal),
})

const refusal = (row: Row, why: string): EngineError => {
  const detail = `${row.address}: ${why.replace(/\.$/, '')}. With --keep-mark the state alone lets go of it.`
  return new EngineError([problem('FORGE6020', 'The mark cannot be taken off', detail)])
}
