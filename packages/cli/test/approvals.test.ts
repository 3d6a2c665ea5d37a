import type { AskingGate } from '@forgeplan/engine'
import type { Event, StepId } from '@forgeplan/model'
import { groupUnit, stepId } from '@forgeplan/model'
import { expect, test } from 'vitest'
import type { Invocation } from '../src/invocation.ts'
import { makeApprovals } from '../src/line/approvals.ts'
import { askingGates, checkApproved } from '../src/line/gates.ts'
import { makeInterrupts } from '../src/shell/interrupts.ts'
import { patientWriter } from '../src/view/patient.ts'
import type { Stop } from '../src/stop.ts'

const gateStep = (name: string): StepId => `gate:${name}` as StepId
const gateOf = (group: string): AskingGate => ({
  step: gateStep(`canary.group.${group}`),
  unit: groupUnit(group),
  name: `canary.group.${group}`,
})
const asking = (group: string): Event => ({ kind: 'gate-asking', at: 0, step: gateOf(group).step, unit: groupUnit(group) })
const stopped = (group: string): Event => ({
  kind: 'gate-stopped',
  at: 0,
  step: gateOf(group).step,
  unit: groupUnit(group),
  healthy: 1,
  need: 1,
  cause: 'unapproved',
  why: 'nobody',
})
const passed = (group: string): Event => ({ kind: 'gate-passed', at: 0, step: gateOf(group).step, unit: groupUnit(group), elapsedMs: 1 })

/** A person who answers, or never does; what they were shown and asked, in order. */
const person = (answers: readonly (string | null)[], given: readonly string[] = []) => {
  const seen: string[] = []
  const { interrupts, raise } = makeInterrupts()
  const left = [...answers]
  const ask = (question: string, signal: AbortSignal): Promise<string | null> => {
    seen.push(question.trim())
    const answer = left.shift()
    if (answer !== undefined) return Promise.resolve(answer)
    return new Promise((resolve) => signal.addEventListener('abort', () => resolve(null)))
  }
  const invocation = { shell: { interrupts }, terminal: { interactive: answers.length > 0, ask } } as unknown as Invocation
  const { write, aside } = patientWriter((text) => void seen.push(text))
  return { seen, write, raise, approvals: makeApprovals(invocation, { aside }, given) }
}

test('a person is asked once the lines before are shown, and lines that come meanwhile follow the answer', async () => {
  const { seen, write, approvals } = person(['yes', ' no '])
  const first = approvals.ask?.(gateOf('a'))
  const second = approvals.ask?.(gateOf('b'))
  await Promise.resolve()
  write('before')
  approvals.see(asking('a'))
  approvals.see(asking('b'))
  expect(await first).toBe(true)
  expect(await second).toBe(false)
  expect(seen).toEqual(['before', "Go on with group.a? Only 'yes' goes on:", "Go on with group.b? Only 'yes' goes on:"])
})

test.each([['an interrupt', 'raise'] as const, ['the end of the run', 'end'] as const])(
  '%s ends the waiting for an answer',
  async (_, how) => {
    const { write, seen, raise, approvals } = person([null])
    const none = person([])
    expect(none.approvals.ask).toBeUndefined()
    void approvals.ask?.(gateOf('z'))
    approvals.see(asking('z'))
    const answer = approvals.ask?.(gateOf('a'))
    approvals.see(asking('a'))
    await expect.poll(() => seen.length).toBe(2)
    write('meanwhile')
    if (how === 'raise') raise()
    else approvals.end()
    expect(await answer).toBe(false)
    expect(seen.at(-1)).toBe('meanwhile')
  },
)

test('what is left to approve is what was given and not used, and what was missing', () => {
  const { approvals } = person([], ['canary.group.a', 'canary.group.b'])
  approvals.see(passed('a'))
  approvals.see(stopped('c'))
  expect(approvals.left()).toEqual(['canary.group.b', 'canary.group.c'])
})

const pass = { kind: 'checks', checks: 1, intervalMs: 1000 } as const
const gate = (name: string, ask: boolean) =>
  ({
    id: gateStep(name),
    kind: 'gate',
    gate: { unit: groupUnit('web'), members: [], failures: 0, alive: null, pass, deadlineMs: 1, ask },
    after: [],
  }) as const
const plan = { steps: [gate('canary.group.web', true), gate('canary.group.db', true), gate('group.web', false)] }

test('the gates that ask are those of the plan, by their names', () => {
  expect(askingGates(plan)).toEqual(['canary.group.web', 'canary.group.db'])
  expect(() => checkApproved(['canary.group.db', 'canary.group.web'], plan)).not.toThrow()
})

test.each([
  ['canary.group.wbe', 'Did you mean canary.group.web? Gates that ask: canary.group.web, canary.group.db.'],
  ['group.db', 'Did you mean canary.group.db?'],
  ['web', 'Did you mean canary.group.web?'],
  ['group.web', 'group.web is no gate of this plan that asks.'],
  ['all\u001b', 'all\\u{1b} is no gate'],
])('to approve %j is refused', (name, says) => {
  const refused = (): unknown => {
    try {
      return checkApproved([name], plan)
    } catch (error) {
      return error
    }
  }
  const [problem] = (refused() as Stop).diagnostics
  expect(problem?.code).toBe('FORGE6023')
  expect(problem?.detail).toContain(says)
})

test('a plan that asks nobody says so', () => {
  expect(() =>
    checkApproved(['x'], {
      steps: [{ id: stepId('create', 'instance.a' as never), kind: 'create', address: 'instance.a' as never, after: [] }],
    }),
  ).toThrow('No such gate to approve')
})
