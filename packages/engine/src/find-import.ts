import type { Address, Row, UnitName } from '@forgeplan/model'
import { unitOf } from '@forgeplan/model'
import type { Adoption, Import, Stranger } from '@forgeplan/planner'
import { isCutOffImport } from '@forgeplan/planner'
import type { Query } from '@forgeplan/sdk'
import type { Candidate } from './candidates.ts'
import { mostCandidates } from './candidates.ts'
import { EngineError, problem } from './errors.ts'
import type { Search, SearchRequest } from './import-search.ts'
import { candidatesOf, lookAt, openSearch, queryText } from './import-search.ts'

/** What somebody asks to import: the one object that an address is to take over. */
export interface ImportWish {
  readonly address: Address
  readonly query: Query
}

/** What somebody asks to import: the objects that a group is to take over. */
export interface AdoptionWish {
  readonly group: UnitName
  readonly query: Query
}

export interface ImportRequest extends SearchRequest {
  readonly wish: ImportWish
}

export interface AdoptionRequest extends SearchRequest {
  readonly wish: AdoptionWish
}

/**
 * Finds the one object that an address is to take over. Looks, never touches.
 * @throws EngineError when there is no such object, or more than one, or it is of another type.
 */
export const findImport = async ({ wish: { address, query }, ...request }: ImportRequest): Promise<Import> => {
  const refuse = (detail: string, summary?: string): EngineError => new EngineError([{ ...refusal(detail, summary), address }])
  const search = openSearch(request, unitOf(address), { query, refuse })
  const found = await candidatesOf(search)
  if (found.length > 1) throw several(found, search)
  const [only] = await lookAt(search, found)
  return { ...(only as Stranger), address }
}

/**
 * Finds the objects that a group is to take over; what the state manages already is left out. Looks, never touches.
 * @throws EngineError when there are none, or too many, or they are of another type.
 */
export const findAdoption = async ({ wish: { group, query }, ...request }: AdoptionRequest): Promise<Adoption> => {
  const refuse = (detail: string, summary?: string): EngineError => new EngineError([refusal(detail, summary)])
  const search = openSearch(request, group, { query, refuse })
  const found = await candidatesOf(search)
  if (found.length >= mostCandidates) throw refuse(`At least ${String(mostCandidates)} objects have ${queryText(query)}. Ask for fewer.`)
  const free = found.filter(({ uid }) => isFree(request.state.rows.get(uid)))
  if (free.length === 0) throw refuse(`All objects with ${queryText(query)} are managed already: ${listed(found)}.`)
  return { group, objects: await lookAt(search, free) }
}

// One that was moved away and is back is a member again by itself.
const isFree = (row: Row | undefined): boolean =>
  row === undefined || isCutOffImport(row) || (row.phase.kind === 'released' && row.phase.why !== 'detached')

const refusal = (detail: string, summary = 'Nothing to import') => problem('FORGE5010', summary, detail)

const several = (found: readonly Candidate[], { unit, query, refuse }: Search): EngineError => {
  const all = unit.shape.kind === 'single' ? '' : `, or import into ${unit.name} to take over all`
  const detail = `${String(found.length)} objects have ${queryText(query)}: ${listed(found)}. Name one with --id${all}.`
  return refuse(detail, 'More than one object to import')
}

const shown = 10

const listed = (found: readonly Candidate[]): string => {
  const ids = found.slice(0, shown).map(({ id }) => id)
  return `${ids.join(', ')}${found.length > shown ? ` and ${String(found.length - shown)} more` : ''}`
}
