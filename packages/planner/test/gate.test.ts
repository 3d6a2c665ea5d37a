import type { Address, Gate, GateSample } from '@forgeplan/model'
import { groupUnit, memberAddress } from '@forgeplan/model'
import { expect, test } from 'vitest'
import { gateVerdict } from '../src/gate.ts'

const web = groupUnit('web')
const members: readonly Address[] = ['1', '2'].map((id) => memberAddress(web, id))
const gate: Gate = {
  unit: web,
  members,
  failures: 0,
  alive: null,
  pass: { kind: 'checks', checks: 2, intervalMs: 1000 },
  deadlineMs: 60_000,
  ask: false,
}
const sample = (at: number, ...healthy: readonly Address[]): GateSample => ({
  at,
  health: new Map(
    members.map((address) => [address, healthy.includes(address) ? { kind: 'healthy' } : { kind: 'unhealthy', why: 'it does not answer' }]),
  ),
  ended: new Set(),
})

test('Members that are well, but not for long enough, are counted as well', () => {
  const times = { startedAt: 0, now: 1000 }
  expect(gateVerdict(gate, members, [sample(1000, ...members)], times)).toEqual({ kind: 'wait', healthy: 2, need: 2 })
  expect(gateVerdict({ ...gate, alive: { need: 2, without: [] } }, [], [sample(1000, ...members)], times)).toEqual({
    kind: 'wait',
    healthy: 2,
    need: 2,
  })
  expect(gateVerdict(gate, members, [sample(500, ...members), sample(1000, ...members)], times)).toEqual({ kind: 'pass' })
})
