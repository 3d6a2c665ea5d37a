import type { Address, Desired, Lineage, State, Unit, UnitName } from '@forgeplan/model'
import { lineage } from '@forgeplan/model'
import type { Stranger } from '@forgeplan/planner'
import type { Handler, Query, Session, Target } from '@forgeplan/sdk'
import type { Candidate } from './candidates.ts'
import { takeCandidates } from './candidates.ts'
import type { Clock } from './clock.ts'
import { deadlines } from './deadlines.ts'
import type { EngineError } from './errors.ts'
import { failureOf } from './errors.ts'
import { takeObservations } from './hostile.ts'
import type { Reader } from './reading.ts'
import { cannotRead, reading } from './reading.ts'
import { joined } from './signals.ts'
import type { Worlds } from './worlds.ts'

/** Where objects to import are looked for. */
export interface SearchRequest {
  readonly desired: Desired
  readonly state: State
  readonly worlds: Worlds
  readonly clock: Clock
  readonly signal: AbortSignal
}

/** One search, for one unit of the configuration. */
export interface Search {
  readonly request: SearchRequest
  readonly unit: Unit
  readonly session: Session
  readonly query: Query
  readonly refuse: (detail: string, summary?: string) => EngineError
}

/** @throws EngineError when there is no such unit. */
export const openSearch = (request: SearchRequest, name: UnitName, { query, refuse }: Pick<Search, 'query' | 'refuse'>): Search => {
  const unit = request.desired.units.find((each) => each.name === name)
  const session = unit === undefined ? undefined : request.worlds.sessions.get(unit.provider)
  if (unit === undefined)
    throw refuse(
      `The configuration has no such group or instance as ${name}. Write its block first; it says which provider and which type.`,
    )
  if (session === undefined) throw refuse(`The provider ${unit.provider} is not open.`)
  return { request, unit, session, query, refuse }
}

/** What the query finds among the objects of the unit's type; at least one. @throws EngineError */
export const candidatesOf = async (search: Search): Promise<readonly Candidate[]> => {
  const { unit, session, query, refuse } = search
  const handler = session.handlers.get(unit.type)
  if (handler?.find === undefined) throw refuse(`The provider ${unit.provider} cannot import objects of the type ${unit.type}.`)
  const unknown = unknownTo(handler, query)
  if (unknown !== undefined)
    throw refuse(`The provider ${unit.provider} cannot look for objects of the type ${unit.type} by ${words[unknown]}.`)
  const found = await candidatesIn(search, unit.type)
  if (found.length === 0) throw await nothing(search)
  return found
}

/** The objects, and whose each is: what has no mark is nobody's, and the look says whether a mark is ours. @throws EngineError */
export const lookAt = async (search: Search, found: readonly Candidate[]): Promise<readonly Stranger[]> => {
  const { unit, session, request } = search
  const handler = session.handlers.get(unit.type)
  const targets = found.map((one) => targetOf(one, search))
  try {
    const seen = await reading(readerOf(request), `The provider ${unit.provider}`, deadlines.observe, async (call) =>
      takeObservations(
        await handler?.observe(targets, call),
        found.map((one) => one.uid),
      ),
    )
    return found.map(({ id, uid, name }) => ({ id, uid, name, seen: seen.get(uid)?.kind ?? 'unreadable' }))
  } catch (error) {
    throw cannotRead(error, unit.provider, unit.type, request.worlds.redactor)
  }
}

/** What is asked for, such as `the name web-* and the folder prod`. */
export const queryText = ({ id, name, folder, group, tag }: Query): string =>
  Object.entries({ id, name, folder, group, tag })
    .flatMap(([key, value]) => (value === undefined ? [] : [`${words[key as keyof Query]} ${value}`]))
    .join(' and ')

const words: Readonly<Record<keyof Query, string>> = {
  id: 'the id',
  name: 'the name',
  folder: 'the folder',
  group: 'the InfraKit group',
  tag: 'the tag',
}

// What a provider does not know it would leave out, and find too much.
const unknownTo = ({ findsBy = [] }: Handler, query: Query): 'folder' | 'group' | 'tag' | undefined =>
  (['folder', 'group', 'tag'] as const).find((key) => query[key] !== undefined && !findsBy.includes(key))

const candidatesIn = async ({ request, unit, session, query, refuse }: Search, type: Unit['type']): Promise<readonly Candidate[]> => {
  const handler = session.handlers.get(type)
  const find = handler?.find?.bind(handler)
  if (find === undefined) return []
  try {
    return await reading(readerOf(request), `The provider ${unit.provider}`, deadlines.list, (call) =>
      takeCandidates(find(query, call), call.signal),
    )
  } catch (error) {
    const { kind, message } = failureOf(error, `The provider ${unit.provider}`)
    // A tag or a folder that there is none of says nothing of the world.
    if (kind === 'invalid') throw refuse(request.worlds.redactor?.text(message) ?? message, 'What is asked for is not known')
    throw cannotRead(error, unit.provider, type, request.worlds.redactor)
  }
}

const readerOf = ({ clock, signal }: SearchRequest): Reader => ({ clock, stops: [joined([signal])] })

// Perhaps it is there and is something else.
const nothing = async (search: Search): Promise<EngineError> => {
  const { unit, session, query, refuse } = search
  for (const [type, handler] of session.handlers) {
    if (type === unit.type || handler.find === undefined || unknownTo(handler, query) !== undefined) continue
    const [other] = await candidatesIn(search, type)
    if (other !== undefined) return refuse(`The object ${other.id} is a ${type}, and ${unit.name} wants a ${unit.type}.`)
  }
  return refuse(`The provider ${unit.provider} has no ${unit.type} with ${queryText(query)}.`)
}

// Before there is a state every mark is somebody else's.
const nobody: Lineage = lineage('00000000-0000-4000-8000-000000000000')

const targetOf = ({ id, uid }: Candidate, { unit, request: { state } }: Search): Target => {
  // It has no address yet, and whose it is does not hang on one.
  const address = unit.name as string as Address
  const mark = { lineage: state.lineage ?? nobody, stack: state.stack, uid, address, generation: 0, specDigest: '0'.repeat(64) }
  return { uid, address, type: unit.type, mark, id, handle: null, begunAt: null, making: false }
}
