import type { Address, Desired, Lineage, RemoteId, Row, State, Unit } from '@forgeplan/model'
import { lineage, unitOf } from '@forgeplan/model'
import type { Import } from '@forgeplan/planner'
import type { Call, Handler, Query, Session } from '@forgeplan/sdk'
import type { Candidate } from './candidates.ts'
import { takeCandidates } from './candidates.ts'
import type { Clock } from './clock.ts'
import { deadlines } from './deadlines.ts'
import { EngineError, problem } from './errors.ts'
import { takeObservations } from './hostile.ts'
import type { Reader } from './reading.ts'
import { cannotRead, reading } from './reading.ts'
import { joined } from './signals.ts'
import type { Worlds } from './worlds.ts'

/** What somebody asks to import: an object by its id, or by its name. */
export interface ImportWish {
  readonly address: Address
  readonly query: Query
}

export interface ImportRequest {
  readonly desired: Desired
  readonly state: State
  readonly worlds: Worlds
  readonly clock: Clock
  readonly signal: AbortSignal
  readonly wish: ImportWish
}

/**
 * Finds the one object that an address is to take over. Looks, never touches.
 * @throws EngineError when there is no such object, or more than one, or it is of another type.
 */
export const findImport = async (request: ImportRequest): Promise<Import> => {
  const place = placeOf(request)
  const found = await candidatesIn(place, place.unit.type, request)
  const only = found.length === 1 ? found[0] : undefined
  if (only === undefined) throw found.length === 0 ? await nothing(place, request) : several(found, request)
  return { address: request.wish.address, id: only.id, uid: only.uid, seen: await whose(place, only, request) }
}

interface Place {
  readonly unit: Unit
  readonly session: Session
}

const placeOf = ({ desired, worlds, wish }: ImportRequest): Place => {
  const unit = desired.units.find(({ name }) => name === unitOf(wish.address))
  const session = unit === undefined ? undefined : worlds.sessions.get(unit.provider)
  if (unit === undefined)
    throw refused(wish, 'The configuration has no such group or instance. Write its block first; it says which provider and which type.')
  if (session === undefined) throw refused(wish, `The provider ${unit.provider} is not open.`)
  return { unit, session }
}

const candidatesIn = async ({ unit, session }: Place, type: Unit['type'], request: ImportRequest): Promise<readonly Candidate[]> => {
  const handler = session.handlers.get(type)
  if (handler?.find === undefined) throw refused(request.wish, `The provider ${unit.provider} cannot import objects of the type ${type}.`)
  const find = (call: Call): AsyncIterable<unknown> =>
    (handler.find as NonNullable<Handler['find']>).call(handler, request.wish.query, call)
  try {
    return await reading(readerOf(request), `The provider ${unit.provider}`, deadlines.list, (call) =>
      takeCandidates(find(call), call.signal),
    )
  } catch (error) {
    throw cannotRead(error, unit.provider, type, request.worlds.redactor)
  }
}

const readerOf = ({ clock, signal }: ImportRequest): Reader => ({ clock, stops: [joined([signal])] })

// Perhaps it is there and is something else.
const nothing = async (place: Place, request: ImportRequest): Promise<EngineError> => {
  const what = queryText(request.wish)
  for (const [type, handler] of place.session.handlers) {
    if (type === place.unit.type || handler.find === undefined) continue
    const [other] = await candidatesIn(place, type, request)
    if (other !== undefined)
      return refused(request.wish, `The object ${other.id} is a ${type}, and ${place.unit.name} wants a ${place.unit.type}.`)
  }
  return refused(request.wish, `The provider ${place.unit.provider} has no ${place.unit.type} with ${what}.`)
}

const shown = 10

const several = (found: readonly Candidate[], { wish }: ImportRequest): EngineError => {
  const ids = found.slice(0, shown).map(({ id }) => id)
  const more = found.length > shown ? ` and ${String(found.length - shown)} more` : ''
  return refused(wish, `${String(found.length)} objects have ${queryText(wish)}: ${ids.join(', ')}${more}. Name one with --id.`)
}

const queryText = ({ query }: ImportWish): string => (query.id === undefined ? `the name ${query.name ?? ''}` : `the id ${query.id}`)

const refused = ({ address }: ImportWish, detail: string): EngineError =>
  new EngineError([{ ...problem('FORGE5010', 'Nothing to import', detail), address }])

// An object without a mark is nobody's; the look says whether a mark on it is ours.
const whose = async ({ unit, session }: Place, found: Candidate, request: ImportRequest): Promise<Import['seen']> => {
  const target = targetOf(found, unit, request)
  const handler = session.handlers.get(unit.type)
  if (handler === undefined) return 'unreadable'
  try {
    const seen = await reading(readerOf(request), `The provider ${unit.provider}`, deadlines.observe, async (call) =>
      takeObservations(await handler.observe([target], call), [found.uid]),
    )
    return seen.get(found.uid)?.kind ?? 'unreadable'
  } catch (error) {
    throw cannotRead(error, unit.provider, unit.type, request.worlds.redactor)
  }
}

// Before there is a state every mark is somebody else's.
const nobody: Lineage = lineage('00000000-0000-4000-8000-000000000000')

const targetOf = ({ id, uid }: { readonly id: RemoteId; readonly uid: Row['uid'] }, unit: Unit, { state, wish }: ImportRequest) => ({
  uid,
  address: wish.address,
  type: unit.type,
  mark: { lineage: state.lineage ?? nobody, stack: state.stack, uid, address: wish.address, generation: 0, specDigest: '0'.repeat(64) },
  id,
  handle: null,
  begunAt: null,
})
