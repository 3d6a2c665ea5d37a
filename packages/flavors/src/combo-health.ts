import type { Health, PlainMap, Uid } from '@forgeplan/model'
import type { Call, MemberHandle } from '@forgeplan/sdk'
import type { Piece } from './combo.ts'
import { healthy, unknown } from './probes.ts'

type Pieces = readonly Piece<PlainMap>[]

/** Asks every flavor about one member: all must be well, and what is unwell says more than what is unknown. */
export const askAll = async (pieces: Pieces, member: MemberHandle, call: Call): Promise<Health> => {
  const answers: Health[] = []
  for (const { flavor, config } of pieces) {
    const health = (await flavor.health?.(config, member, call)) ?? silent
    answers.push(health)
    if (health.kind === 'unhealthy') break
  }
  return worst(answers)
}

/** Surveys every flavor at once; each is bounded by itself. */
export const surveyAll = async (pieces: Pieces, members: readonly MemberHandle[], call: Call): Promise<ReadonlyMap<Uid, Health>> => {
  const none: ReadonlyMap<Uid, Health> = new Map()
  const surveys = await Promise.all(pieces.map(async ({ flavor, config }) => (await flavor.survey?.(config, members, call)) ?? none))
  return new Map(members.map(({ uid }) => [uid, worst(surveys.map((seen) => seen.get(uid) ?? silent))]))
}

const silent = unknown('one of its flavors does not say')

// Who leads by one flavor's word is changed last, however it does by another's.
const worst = (all: readonly Health[]): Health => {
  const { role: _, ...health } = all.find(({ kind }) => kind === 'unhealthy') ?? all.find(({ kind }) => kind === 'unknown') ?? healthy
  return all.some(({ role }) => role === 'leader') ? { role: 'leader', ...health } : health
}
