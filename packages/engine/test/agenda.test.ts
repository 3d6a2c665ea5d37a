import type { Address, Step, StepId, UnitName } from '@forgeplan/model'
import { expect, test } from 'vitest'
import { Agenda } from '../src/agenda.ts'
import { gateStep } from './lab.ts'

const create = (address: string, after: readonly string[] = []): Step => ({
  id: `create:${address}` as StepId,
  kind: 'create',
  address: address as Address,
  after: after as readonly StepId[],
})
const web = (id: number) => `group.web/${id}`
const made = (id: number) => `create:${web(id)}`
const three = [web(1), web(2), web(3)].map((address) => create(address))
const gateOf = (failures: number, after: readonly string[] = [1, 2, 3].map(made)) => gateStep('group.web', [], { failures }, after)

/** Runs all steps; `failing` fail. Returns what succeeded and what was skipped, with the reason. */
const run = (steps: readonly Step[], fail: readonly string[]) => {
  const failing = new Set(fail)
  const agenda = new Agenda(steps, new Set())
  const [done, skipped]: [string[], string[]] = [[], []]
  for (let step = agenda.nextGate() ?? agenda.nextStep(); step !== undefined; step = agenda.nextGate() ?? agenda.nextStep()) {
    const ok = !failing.has(step.id)
    if (ok) done.push(step.id)
    skipped.push(...agenda.settle(step, ok).map((one) => `${one.step.id} because of ${one.because}`))
  }
  return { done, skipped }
}

test('A gate that tolerates a failure is reached although one of its members could not be made', () => {
  const steps = [...three, gateOf(1), create('instance.app', ['gate:group.web'])]
  expect(run(steps, [made(2)])).toEqual({ done: [made(1), made(3), 'gate:group.web', 'create:instance.app'], skipped: [] })
})

test('A gate does not tolerate one failure too many, nor any if it says so', () => {
  const steps = [...three, gateOf(1)]
  expect(run(steps, [made(2), made(3)]).skipped).toEqual([`gate:group.web because of ${made(3)}`])
  expect(run([...three, gateOf(0)], [made(2)]).skipped).toEqual([`gate:group.web because of ${made(2)}`])
})

test('A chain counts once, however many of its steps were skipped because of the one that failed', () => {
  const chain: readonly Step[] = [
    { id: 'drain:group.web/1' as StepId, kind: 'drain', address: web(1) as Address, after: [] },
    { id: 'delete:group.web/1' as StepId, kind: 'delete', address: web(1) as Address, after: ['drain:group.web/1' as StepId] },
    create(web(1), ['delete:group.web/1']),
    create(web(2)),
    gateOf(1, [made(1), made(2)]),
  ]
  const { done, skipped } = run(chain, ['drain:group.web/1'])
  expect(done).toContain('gate:group.web')
  expect(skipped).toEqual(['delete:group.web/1 because of drain:group.web/1', `${made(1)} because of delete:group.web/1`])
})

test('A gate does not tolerate members that were skipped because a gate before them stopped', () => {
  const steps = [gateStep('wave-1', []), create(web(1), ['gate:wave-1']), create(web(2)), gateOf(2, [made(1), made(2)])]
  expect(run(steps, ['gate:wave-1']).skipped).toEqual([`${made(1)} because of gate:wave-1`, `gate:group.web because of ${made(1)}`])
})

test('A gate does not tolerate members that were skipped because of too many failures before a gate', () => {
  const steps = [create(web(1)), gateStep('wave-1', [], {}, [made(1)]), create(web(2), ['gate:wave-1']), gateOf(2, [made(2)])]
  expect(run(steps, [made(1)]).skipped).toContain(`gate:group.web because of ${made(2)}`)
})

test('A gate does not tolerate members that were skipped because of what another unit failed at', () => {
  const steps = [create('instance.db'), create(web(1), ['create:instance.db']), create(web(2)), gateOf(2, [made(1), made(2)])]
  expect(run(steps, ['create:instance.db']).skipped).toContain(`gate:group.web because of ${made(1)}`)
})

test('A part that fails is a failure of its member', () => {
  const steps = [create('disk.web/1/data'), create(web(1), ['create:disk.web/1/data']), create(web(2)), gateOf(1, [made(1), made(2)])]
  expect(run(steps, ['create:disk.web/1/data']).done).toContain('gate:group.web')
})

test('What is given up when the run is interrupted is no failure that a gate could tolerate', () => {
  const steps = [...three, gateOf(3)]
  const agenda = new Agenda(steps, new Set())
  const first = agenda.nextStep() as Step
  agenda.settle(first, false)
  expect(agenda.abandon().map(({ step, because }) => [step.id, because])).toEqual([
    [made(2), null],
    [made(3), null],
    ['gate:group.web', null],
  ])
  expect(agenda.nextGate()).toBeUndefined()
})

test('Ten thousand steps behind ten thousand others are settled by their edges, not by their pairs', () => {
  const many = Array.from({ length: 10_000 }, (_, index) => index + 1)
  const unit = 'group.web' as UnitName
  const steps = [
    ...many.map((id) => create(web(id))),
    gateStep('wave-1', [], { unit, failures: 10_000 }, many.map(made)),
    ...many.map((id) => create(web(10_000 + id), ['gate:wave-1'])),
  ]
  expect(run(steps, many.map(made)).done).toHaveLength(10_001)
})
