import type { Health } from '@forgeplan/model'
import type { Redactor } from './redact.ts'

/** A flavor's answer, read like any data from outside. */
export const takeHealth = (input: unknown): Health => {
  const { role, ...answer } = typeof input === 'object' && input !== null ? (input as Readonly<Record<string, unknown>>) : {}
  return role === 'leader' ? { role, ...takeCondition(answer) } : takeCondition(answer)
}

const takeCondition = ({ kind, why }: Readonly<Record<string, unknown>>): Health => {
  const reason = typeof why === 'string' ? why.slice(0, 1000) : 'no reason was given'
  if (kind === 'healthy') return { kind }
  return kind === 'unhealthy' ? { kind, why: reason } : { kind: 'unknown', why: kind === 'unknown' ? reason : 'the flavor did not answer' }
}

/** Health as it may be shown. */
export const redactHealth = (health: Health, redactor: Redactor): Health =>
  health.kind === 'healthy' ? health : { ...health, why: redactor.text(health.why) }
