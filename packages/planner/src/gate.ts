import type { Address, Gate, GateSample, GateVerdict } from '@forgeplan/model'

/**
 * Whether a gate lets go on, given all samples since it was reached at `startedAt` (milliseconds, the run's clock).
 * `made` are the members of the unit that this plan has made or changed before the gate.
 */
export const gateVerdict = (
  gate: Gate,
  made: readonly Address[],
  samples: readonly GateSample[],
  { startedAt, now }: { readonly startedAt: number; readonly now: number },
): GateVerdict => {
  const last = samples.at(-1)
  const over = now - startedAt >= gate.deadlineMs
  const question = { gate, made, over }
  const short = last === undefined ? untold(gate, made) : shortage(question, last)
  if (isJoint(gate, made) || holds(question, samples, now)) return { kind: 'pass' }
  const { healthy, need } = short ?? plenty(gate, made, last)
  const ended = made.filter((member) => last?.ended.has(member) === true)
  if (ended.length > gate.failures) return { kind: 'stop', healthy, need, cause: 'ended', why: reasonOf(ended, last) }
  if (over) return { kind: 'stop', healthy, need, cause: 'deadline', why: reasonOf(askedOf(gate, last), last) }
  return { kind: 'wait', healthy, need }
}

/** Whether a gate only joins other steps, or asks a person, and no member. */
const isJoint = ({ alive }: Gate, made: readonly Address[]): boolean => made.length === 0 && (alive === null || alive.need <= 0)

interface Short {
  readonly healthy: number
  readonly need: number
}

interface Question {
  readonly gate: Gate
  readonly made: readonly Address[]
  /** The time of the gate is up. */
  readonly over: boolean
}

// What is missing in a sample; null: nothing.
const shortage = ({ gate, made, over }: Question, sample: GateSample): Short | null => {
  const healthy = healthyOf(
    made.filter((member) => !sample.ended.has(member)),
    sample,
  )
  const need = Math.max(0, made.length - gate.failures)
  if (healthy < need) return { healthy, need }
  // One that has not ended may still become well: it has failed only when the time is up.
  const isPending = (member: Address): boolean => sample.health.get(member)?.kind !== 'healthy' && !sample.ended.has(member)
  if (!over && gate.members.some(isPending)) return { healthy, need: made.length }
  if (gate.alive === null) return null
  const without = new Set(gate.alive.without)
  const others = [...sample.health.keys()].filter((member) => !without.has(member))
  const alive = { healthy: healthyOf(others, sample), need: gate.alive.need }
  return alive.healthy < alive.need ? alive : null
}

// Nothing is missing, but not for long enough yet.
const plenty = (gate: Gate, made: readonly Address[], sample: GateSample | undefined): Short => {
  if (sample === undefined) return untold(gate, made)
  const asked = made.length > 0 ? made : askedOf(gate, sample)
  return { healthy: healthyOf(asked, sample), need: untold(gate, made).need }
}

const untold = ({ alive, failures }: Gate, made: readonly Address[]): Short => ({
  healthy: 0,
  need: made.length > 0 ? Math.max(0, made.length - failures) : (alive?.need ?? 0),
})

const healthyOf = (members: readonly Address[], { health }: GateSample): number =>
  members.filter((member) => health.get(member)?.kind === 'healthy').length

const holds = (question: Question, samples: readonly GateSample[], now: number): boolean => {
  const { gate } = question
  const run = trailingGood(question, samples)
  if (gate.pass.kind === 'checks') return run.length >= gate.pass.checks
  const first = run[0]
  return first !== undefined && now - first.at >= gate.pass.ms
}

// The samples at the end in which nothing was missing: one bad sample starts the count again.
const trailingGood = (question: Question, samples: readonly GateSample[]): readonly GateSample[] => {
  const bad = samples.findLastIndex((sample) => shortage(question, sample) !== null)
  return samples.slice(bad + 1)
}

const askedOf = (gate: Gate, last: GateSample | undefined): readonly Address[] => {
  const without = new Set(gate.alive?.without)
  return [...(last?.health.keys() ?? [])].filter((member) => !without.has(member))
}

const reasonOf = (members: readonly Address[], last: GateSample | undefined): string => {
  const sick = members.flatMap((member) => {
    const health = last?.health.get(member)
    return health === undefined || health.kind === 'healthy' ? [] : [`${member}: ${health.why}`]
  })
  const more = sick.length > 1 ? ` (and ${sick.length - 1} more)` : ''
  return sick[0] === undefined ? 'no member has answered yet' : `${sick[0]}${more}`
}
