import type { Desired, Health, Observation, Observed, Realm, Row, State, Uid } from '@forgeplan/model'
import type { Handler, Session } from '@forgeplan/sdk'
import type { Clock } from './clock.ts'
import { deadlines } from './deadlines.ts'
import { EngineError, problem } from './errors.ts'
import { takeObservations } from './hostile.ts'
import type { Reader } from './reading.ts'
import { cannotRead, reading, settleAll } from './reading.ts'
import { redactObservation, Redactor } from './redact.ts'
import { joined } from './signals.ts'
import { surveyHealth } from './survey.ts'
import { sweep } from './sweep.ts'
import { targetOf } from './target.ts'
import type { Resolver, Worlds } from './worlds.ts'

export interface ObserveRequest {
  readonly desired: Desired
  readonly state: State
  readonly worlds: Worlds
  readonly clock: Clock
  readonly signal: AbortSignal
  /** Whether flavors are asked for their members' health. */
  readonly survey: boolean
  readonly resolver: Resolver
}

/**
 * One look at the world: every row's object, and everything that carries the stack's mark. A handful of calls, however
 * many objects there are; providers are asked at once.
 * @throws EngineError when an inventory cannot be read: what was not seen must not be taken for absent.
 */
export const observe = async (request: ObserveRequest): Promise<Observed> => {
  const reader: Reader = { clock: request.clock, stops: [joined([request.signal])] }
  const [looks, found] = await Promise.all([lookAtRows(request, reader), sweep(request, reader)])
  const objects = new Map(looks.flatMap((look) => [...look]))
  const realms = new Map<string, Realm>([...request.worlds.sessions].map(([name, session]) => [name, session.realm]))
  const health: ReadonlyMap<Uid, Health> = request.survey ? await surveyHealth(request, reader, objects) : new Map()
  return { objects, found, realms, health }
}

const lookAtRows = (request: ObserveRequest, reader: Reader): Promise<readonly ReadonlyMap<Uid, Observation>[]> =>
  settleAll([...byProviderAndType(request.state).values()].map((rows) => lookAtSome(rows, request, reader)))

const byProviderAndType = (state: State): ReadonlyMap<string, readonly Row[]> => {
  const groups = new Map<string, Row[]>()
  for (const row of state.rows.values()) {
    const key = `${state.contexts.get(row.context)?.provider.name ?? ''} ${row.type}`
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [row])
    else group.push(row)
  }
  return groups
}

const lookAtSome = async (rows: readonly Row[], request: ObserveRequest, reader: Reader): Promise<ReadonlyMap<Uid, Observation>> => {
  const name = request.state.contexts.get((rows[0] as Row).context)?.provider.name ?? ''
  const session = request.worlds.sessions.get(name)
  const handler = session?.handlers.get((rows[0] as Row).type)
  const blind = rows.flatMap((row) => {
    const why = whyBlind(row, name, session, handler, request.worlds)
    return why === null ? [] : [[row.uid, { kind: 'unreadable', lastSeen: null, why } as Observation] as const]
  })
  const hidden = new Map(blind)
  const readable = rows.filter((row) => !hidden.has(row.uid))
  const seen =
    handler === undefined || readable.length === 0 ? new Map<Uid, Observation>() : await look(readable, handler, { name, request, reader })
  return new Map([...hidden, ...seen])
}

const whyBlind = (row: Row, name: string, session: Session | undefined, handler: Handler | undefined, worlds: Worlds): string | null => {
  if (session === undefined) return worlds.closed?.get(name) ?? `The provider ${name} is not open.`
  if (handler === undefined) return `The provider ${name} does not know the type ${row.type}.`
  return row.realm === session.realm ? null : `The provider ${name} now points at another world (${session.realm} instead of ${row.realm}).`
}

interface Look {
  readonly name: string
  readonly request: ObserveRequest
  readonly reader: Reader
}

const look = async (rows: readonly Row[], handler: Handler, { name, request, reader }: Look): Promise<ReadonlyMap<Uid, Observation>> => {
  const { lineage, stack } = request.state
  if (lineage === null)
    throw new EngineError([
      problem(
        'FORGE5004',
        'The state holds objects but no lineage',
        'The state is damaged. Restore a backup, or run "forge state recover".',
      ),
    ])
  const targets = rows.map((row) => targetOf(row, { lineage, stack }))
  const uids = rows.map((row) => row.uid)
  const who = `The provider ${name}`
  try {
    const seen = await reading(reader, who, deadlines.observe, async (call) => takeObservations(await handler.observe(targets, call), uids))
    return withoutSecrets(seen, request.worlds.redactor ?? new Redactor())
  } catch (error) {
    throw cannotRead(error, name, (rows[0] as Row).type, request.worlds.redactor)
  }
}

const withoutSecrets = (seen: ReadonlyMap<Uid, Observation>, redactor: Redactor): ReadonlyMap<Uid, Observation> =>
  new Map([...seen].map(([uid, observation]) => [uid, redactObservation(observation, redactor)]))
