import type {
  Address,
  Change,
  Event,
  Failure,
  Observed,
  Plan,
  ResourceType,
  Row,
  State,
  Step,
  StepId,
  StepKind,
  Uid,
  Unit,
  UnitName,
} from '@forgeplan/model'
import { findType, unitOf } from '@forgeplan/model'
import type { Handler, Session } from '@forgeplan/sdk'
import type { Clock } from './clock.ts'
import { Cancelled, failureOf, StepFailure } from './errors.ts'
import type { Ledger } from './ledger.ts'
import type { MadeBy } from './made.ts'
import type { Redactor } from './redact.ts'
import type { Slots } from './slots.ts'
import type { Identity } from './target.ts'
import type { Resolver, Worlds } from './worlds.ts'

/** What every step of one run shares. */
export interface Run {
  readonly plan: Plan
  readonly worlds: Worlds
  readonly clock: Clock
  readonly ledger: Ledger
  readonly redactor: Redactor
  /** Remembers what it fetched and tells the redactor. */
  readonly resolver: Resolver
  readonly identity: Identity
  readonly changes: ReadonlyMap<Address, Change>
  readonly units: ReadonlyMap<UnitName, Unit>
  readonly start: Start
  /** Objects that this run has already acted on: they no longer look as they did at its start. */
  readonly touched: Set<Uid>
  /** Rows of what this run has deleted, as they were last seen. */
  readonly departed: Map<Uid, Row>
  readonly made: MadeBy
  readonly approvals: Approvals
  /** Members of which a step has failed in this run. */
  readonly failed: Set<Address>
  readonly slots: Slots
  /** Aborted when nothing new may start: the first Ctrl-C, or anything in `kill`. */
  readonly halt: AbortSignal
  /** Aborted when running calls must end at once: the second Ctrl-C, or the lease is gone. */
  readonly kill: AbortSignal
  readonly random: () => number
  readonly emit: (event: Event) => void
}

/** A gate at which a person has to agree. `name`: by which it is approved. */
export interface AskingGate {
  readonly step: StepId
  readonly unit: UnitName
  readonly name: string
}

/** How people agree to gates that ask. */
export interface Approvals {
  /** Names of gates that were approved before the run. */
  readonly given: ReadonlySet<string>
  /** Asks a person now; absent: nobody is there. */
  readonly ask: ((gate: AskingGate) => Promise<boolean>) | undefined
}

/** What the run began with. */
export interface Start {
  readonly state: State
  /** The look that the caller took just before, if it did. */
  readonly observed: Observed | null
}

/** One running step. */
export interface At {
  readonly run: Run
  readonly step: Step
  readonly verb: StepKind
  readonly address: Address
  /** Milliseconds since 1970. */
  readonly startedAt: number
  /** When its last progress was told. */
  readonly told: { at: number }
}

/** A type in an open world. */
export interface Place {
  readonly provider: string
  readonly session: Session
  readonly handler: Handler
  readonly type: ResourceType
  /** For messages: `The provider local`. */
  readonly who: string
}

/** @throws StepFailure when the provider is not open or does not have the type. */
export const placeOf = (run: Run, provider: string, type: ResourceType['name']): Place => {
  const session = run.worlds.sessions.get(provider)
  const handler = session?.handlers.get(type)
  const known = findType(run.worlds.catalog, type)
  if (session === undefined) throw new StepFailure('invalid', run.worlds.closed?.get(provider) ?? `The provider ${provider} is not open.`)
  if (handler === undefined || known === undefined)
    throw new StepFailure('internal', `The provider ${provider} does not know the type ${type}.`)
  return { provider, session, handler, type: known, who: `The provider ${provider}` }
}

/** The unit of an address in the configuration. @throws StepFailure when it is not there. */
export const unitAt = (run: Run, address: Address): Unit => {
  const unit = run.units.get(unitOf(address))
  if (unit === undefined) throw new StepFailure('internal', `The plan makes ${address}, but its configuration does not mention it.`)
  return unit
}

/** The planned change, which must be one of those that this step carries out. */
export const changeFor = <A extends Change['action']>(at: At, ...actions: readonly A[]): Extract<Change, { action: A }> => {
  const change = at.run.changes.get(at.address)
  if (change !== undefined && (actions as readonly string[]).includes(change.action)) return change as Extract<Change, { action: A }>
  throw new StepFailure('internal', `The plan has a step ${at.step.id} but no change that it would carry out.`)
}

/** The look taken before the run at one object; undefined if none was. */
export const seenAtStart = (run: Run, uid: Uid) => run.start.observed?.objects.get(uid)

/** @throws Cancelled when nothing new may start. */
export const checkHalt = (run: Run): void => {
  run.ledger.broken.throwIfAborted()
  if (run.halt.aborted) throw new Cancelled()
}

/** What was thrown, in words without secrets. */
export const failureIn = (run: Run, error: unknown, who: string): Failure => {
  const failure = failureOf(error, who)
  return { ...failure, message: run.redactor.text(failure.message) }
}
