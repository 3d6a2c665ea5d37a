import type { Address, Change, Context, ContextId, Diagnostic, Reason, Renamed, Row, Unit } from '@forgeplan/model'
import { unitOf } from '@forgeplan/model'
import { contextIdOf, contextOf } from '../context.ts'
import type { Decision } from './decide.ts'
import { decide } from './decide.ts'
import type { Wanted } from '../members/instantiate.ts'
import { instantiate } from '../members/instantiate.ts'
import { placesOf } from '../members/ordinal.ts'
import { notedOf, OutputBook } from './known.ts'
import { sightOf } from '../request.ts'
import { withSuccessors } from '../roll/successors.ts'
import type { Roster } from '../members/scale.ts'
import type { Survey } from '../members/survey.ts'

/** Every wanted object beside what stands, unit by unit in order of dependency. */
export interface Comparison {
  readonly wanted: ReadonlyMap<Address, Wanted>
  readonly changes: readonly Change[]
  /** The members as they come out once successors are named. */
  readonly rosters: readonly Roster[]
  readonly unreadable: readonly { readonly address: Address; readonly why: string }[]
  readonly detached: readonly { readonly address: Address; readonly where: string }[]
  readonly renamed: readonly Renamed[]
  readonly contexts: ReadonlyMap<ContextId, Context>
  readonly book: OutputBook
  readonly problems: readonly Diagnostic[]
}

interface Bench {
  readonly survey: Survey
  readonly book: OutputBook
  readonly problems: Diagnostic[]
  readonly contexts: Map<ContextId, Context>
  readonly adopted: Map<Address, Row>
}

interface Compared {
  readonly wanted: Wanted
  readonly row: Row | undefined
  readonly context: ContextId
  readonly decision: Decision
}

export const compare = (survey: Survey): Comparison => {
  const bench: Bench = { survey, book: new OutputBook(), problems: [], contexts: new Map(), adopted: new Map() }
  const units = survey.rosters.map((roster) => compareUnit(roster, bench))
  const all = units.flatMap(({ compared }) => compared)
  return {
    wanted: new Map(all.map(({ wanted }) => [wanted.address, wanted])),
    changes: [...all.map(({ decision }) => decision.change), ...releases(survey.rosters)],
    rosters: units.map(({ roster }) => roster),
    unreadable: all.flatMap(({ wanted, decision }) =>
      decision.unreadable === null ? [] : [{ address: wanted.address, why: decision.unreadable }],
    ),
    detached: all.flatMap(({ wanted, decision }) =>
      decision.detached === null ? [] : [{ address: wanted.address, where: decision.detached }],
    ),
    renamed: all.flatMap((compared) => renaming(compared)),
    contexts: bench.contexts,
    book: bench.book,
    problems: [...bench.problems, ...all.flatMap(({ decision }) => decision.problems)],
  }
}

interface ComparedUnit {
  readonly roster: Roster
  readonly compared: readonly Compared[]
}

// Who has to be made anew is known only after a comparison; where successors come first there is a second one.
const compareUnit = (roster: Roster, bench: Bench): ComparedUnit => {
  const first = compareMembers(roster, bench)
  const renewed = withSuccessors(roster, first, () => heldBy(roster.unit, bench))
  const compared = renewed === null ? first : compareMembers(renewed, bench)
  for (const { wanted, row, decision } of compared) note(wanted, row, decision, bench)
  return { roster: renewed ?? roster, compared }
}

const heldBy = ({ name }: Unit, { survey }: Bench): readonly Address[] =>
  [...survey.located.rows.keys(), ...survey.located.released.map(({ address }) => address)].filter((address) => unitOf(address) === name)

const compareMembers = (roster: Roster, bench: Bench): readonly Compared[] => {
  const { desired, catalog, places } = bench.survey.request
  const shop = { stack: desired.stack, catalog, places, problems: bench.problems }
  const contexts = unitContexts(roster.unit, bench)
  const returned = new Map(roster.returned.map(({ uid, to }) => [to, bench.survey.located.released.find((row) => row.uid === uid)]))
  const seats = placesOf(
    roster.unit,
    roster.members.map(({ address }) => address),
  )
  const objects = roster.members.flatMap(({ address, reason }, index) =>
    instantiate(roster.unit, address, seats[index] ?? index, shop).map((wanted) => ({ wanted, reason })),
  )
  return objects.map(({ wanted, reason }) =>
    compareOne(wanted, { reason, context: contexts(wanted.retain), returned: returned.get(wanted.address), bench }),
  )
}

// Two contexts a unit at most: hashing one per member would cost more than the comparison.
const unitContexts = (unit: Unit, { survey, contexts }: Bench): ((retain: boolean) => ContextId) => {
  const { desired, hash } = survey.request
  const made = [false, true].map((retain) => {
    const context = contextOf(desired, unit, retain)
    return { context, id: contextIdOf(context, hash) }
  })
  return (retain) => {
    const { context, id } = made[retain ? 1 : 0] as (typeof made)[number]
    contexts.set(id, context)
    return id
  }
}

interface Given {
  readonly reason: Reason
  readonly context: ContextId
  readonly returned: Row | undefined
  readonly bench: Bench
}

const compareOne = (wanted: Wanted, { reason, context, returned, bench }: Given): Compared => {
  const { request, located } = bench.survey
  const row = located.rows.get(wanted.address) ?? returned ?? retained(wanted, bench)
  const seen = row === undefined ? ({ kind: 'absent' } as const) : sightOf(request.observed, row)
  const realm = request.observed.realms.get(wanted.unit.provider)
  const forced = wanted.owner === null && isNamed(request.options.replace, wanted)
  return {
    wanted,
    row,
    context,
    decision: decide({
      wanted,
      context,
      row,
      seen,
      reason,
      realm,
      forced,
      unwell: unwellOf(wanted, row, bench),
      known: bench.book.known,
      hash: request.hash,
    }),
  }
}

const unwellOf = ({ unit, owner }: Wanted, row: Row | undefined, { survey }: Bench): string | null => {
  const health = row === undefined || owner !== null || unit.heal === null ? undefined : survey.request.observed.health.get(row.uid)
  return health?.kind === 'unhealthy' ? health.why : null
}

// A part that was kept when its machine went is taken back by the next machine at the same address. While it cannot be
// seen in its place, the decision about it refuses: only one that is gone for sure is made anew.
const retained = (wanted: Wanted, { survey }: Bench): Row | undefined =>
  wanted.owner === null
    ? undefined
    : survey.located.released.find(
        (row) => row.address === wanted.address && row.type === wanted.type.name && sightOf(survey.request.observed, row).kind !== 'absent',
      )

const isNamed = (names: readonly string[], { address, unit }: Wanted): boolean => names.includes(address) || names.includes(unit.name)

const note = ({ address, type }: Wanted, row: Row | undefined, { change }: Decision, { survey, book }: Bench): void => {
  const seen = row === undefined ? undefined : survey.request.observed.objects.get(row.uid)
  const outputs = seen?.kind === 'present' ? seen.outputs : (row?.outputs ?? null)
  book.note(address, notedOf(change, type, outputs))
}

// Another address, or only other settings: a kept row has no other entry that would record them.
const renaming = ({ wanted, row, context, decision }: Compared): readonly Renamed[] => {
  if (row === undefined) return []
  const settled = decision.change.action !== 'keep' || row.context === context || decision.unreadable !== null || decision.detached !== null
  if (row.address === wanted.address && row.phase.kind !== 'released' && settled) return []
  return [{ uid: row.uid, from: row.address, to: wanted.address, context }]
}

const releases = (rosters: readonly Roster[]): readonly Change[] =>
  rosters.flatMap(({ released }) =>
    released.map(({ row, address, where }): Change => ({
      action: 'release',
      address,
      type: row.type,
      uid: row.uid,
      why: 'detached',
      reason: { kind: 'detached', where },
    })),
  )
