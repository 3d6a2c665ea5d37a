import type { Gate, GateSample, GateVerdict } from '@forgeplan/model'

/** Whether a gate lets go on, given all samples since it was reached at `startedAt` (milliseconds, the run's clock). */
export const gateVerdict = (gate: Gate, samples: readonly GateSample[], startedAt: number, now: number): GateVerdict => {
  const last = samples.at(-1)
  const healthy = last === undefined ? 0 : healthyIn(gate, last)
  if (gate.members.length === 0 || holds(gate, samples, now)) return { kind: 'pass' }
  const ended = gate.members.filter((member) => last?.ended.has(member) === true)
  if (gate.members.length - ended.length < gate.need) return { kind: 'stop', healthy, cause: 'ended', why: reasonOf(ended, last) }
  if (now - startedAt >= gate.deadlineMs) return { kind: 'stop', healthy, cause: 'deadline', why: reasonOf(gate.members, last) }
  return { kind: 'wait', healthy }
}

const healthyIn = (gate: Gate, sample: GateSample): number =>
  gate.members.filter((member) => sample.health.get(member)?.kind === 'healthy').length

const holds = (gate: Gate, samples: readonly GateSample[], now: number): boolean => {
  const run = trailingGood(gate, samples)
  if (gate.pass.kind === 'checks') return run.length >= gate.pass.checks
  const first = run[0]
  return first !== undefined && now - first.at >= gate.pass.ms
}

// The samples at the end that all had enough healthy members: one bad sample starts the count again.
const trailingGood = (gate: Gate, samples: readonly GateSample[]): readonly GateSample[] => {
  const bad = samples.findLastIndex((sample) => healthyIn(gate, sample) < gate.need)
  return samples.slice(bad + 1)
}

const reasonOf = (members: Gate['members'], last: GateSample | undefined): string => {
  const sick = members.flatMap((member) => {
    const health = last?.health.get(member)
    return health === undefined || health.kind === 'healthy' ? [] : [`${member}: ${health.why}`]
  })
  const more = sick.length > 1 ? ` (and ${sick.length - 1} more)` : ''
  return sick[0] === undefined ? 'no member has answered yet' : `${sick[0]}${more}`
}
