import type { Field } from '@forgeplan/model'
import { object } from '@forgeplan/model'

const manyMembers = 100_000

/** How a member is asked; the defaults that depend on other keys are given in words. */
const asking = {
  healthyFor: {
    schema: { kind: 'duration', min: 1000 },
    doc: 'How long members have to be healthy without a break before apply goes on. Instead of checks and interval.',
    examples: [60_000],
  },
  checks: { schema: { kind: 'integer', min: 1, max: 1000 }, default: 1, doc: 'So many good answers in a row let apply go on.' },
  interval: { schema: { kind: 'duration', min: 100 }, default: 1000, doc: 'How long to wait between two of these checks.' },
  timeout: {
    schema: { kind: 'duration', min: 1000 },
    doc: 'How long changed members may take until they are healthy. Without it: healthTimeout.',
    examples: [600_000],
  },
  skipDrain: {
    schema: { kind: 'boolean' },
    default: false,
    doc: 'Take members down without asking their flavor to take them out of service first.',
  },
} as const satisfies Readonly<Record<string, Field>>

const { healthyFor, checks, interval, timeout, skipDrain } = asking

/** `update` of a group. */
export const groupUpdateShape = object({
  order: {
    schema: { kind: 'enum', values: ['delete-first', 'create-first'] },
    doc: 'Whether a member goes before its successor comes, at the same address, or after it, which then has a new number. Without it: create-first where maxSurge is more than 0, else delete-first. Groups with ids are always delete-first.',
  },
  batch: {
    schema: { kind: 'integer', min: 1, max: manyMembers },
    default: 1,
    doc: 'Members of one wave, at most. The next wave begins when this one is healthy.',
  },
  maxUnavailable: {
    schema: { kind: 'integer', min: 0, max: manyMembers },
    doc: 'So many of the wanted members may be missing or unwell at once. Without it: batch for delete-first, 0 for create-first, and maxFailures more.',
  },
  maxSurge: {
    schema: { kind: 'integer', min: 0, max: manyMembers },
    doc: 'So many members more than wanted may stand at once. Without it: batch for create-first, 0 for delete-first.',
  },
  canary: {
    schema: { kind: 'integer', min: 0, max: manyMembers },
    default: 0,
    doc: 'So many members are changed before a person is asked whether to go on. 0 asks nobody.',
  },
  healthyFor,
  checks,
  interval,
  timeout,
  maxFailures: {
    schema: { kind: 'integer', min: 0, max: manyMembers },
    default: 0,
    doc: 'So many changed members may fail before the rest is left as it is.',
  },
  skipDrain,
})

/** `update` of an instance, which is one member and goes before its successor comes. */
export const instanceUpdateShape = object(asking)

export const healShape = object({
  checks: {
    schema: { kind: 'integer', min: 1, max: 100 },
    default: 3,
    doc: 'A member that is unhealthy in so many looks in a row, while a plan is made, is replaced.',
  },
  interval: { schema: { kind: 'duration', min: 100 }, default: 10_000, doc: 'How long to wait between two looks.' },
})
