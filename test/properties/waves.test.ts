import { array, asyncProperty, boolean, constantFrom, record } from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Address, Change, Plan, PlainMap, Row, State, Step, StepId, UnitName } from '@forgeplan/model'
import { rowAt, unitOf } from '@forgeplan/model'
import type { Fleet } from '@forgeplan/testkit'
import { fleetYaml, Lab, LabProblems, World, worldEdits } from '@forgeplan/testkit'
import { patience, size } from '../scale.ts'
import { fleetChanges } from '../support/changes.ts'
import { meddle } from '../support/meddle.ts'
import { holds } from '../support/random.ts'
import { expectSoundSteps } from '../support/truth.ts'
import { updateDrafts, withUpdates } from '../support/updates.ts'

/** A plan, or null where the configuration asks for what cannot be done, such as a smaller disk. */
const planOf = async (lab: Lab): Promise<Plan | null> => {
  try {
    return await lab.plan()
  } catch (error) {
    if (error instanceof LabProblems && error.problems.every(({ code, severity }) => code === 'FORGE3003' || severity === 'warning'))
      return null
    throw error
  }
}

const told = (fleet: Fleet, more: { readonly join: boolean; readonly leave: boolean }): Fleet => ({
  ...fleet,
  flavors: Object.fromEntries(Object.entries(fleet.flavors).map(([name, config]) => [name, { ...config, ...more }])),
})

/** The fleet with other inputs for every machine. */
const renewed = (fleet: Fleet, inputs: PlainMap): Fleet => ({
  ...fleet,
  units: fleet.units.map((unit) => ({ ...unit, inputs: { ...unit.inputs, ...inputs } })),
})

const renewals = constantFrom<PlainMap>({}, { image: 'fedora' }, { image: 'fedora' }, { memory: '4GiB' })

const isMember = (address: Address): boolean => /^(group|instance)\./.test(address) && address.split('/').length <= 2

/** Whether a member that does its work, or could, is taken down and comes back. */
const isRolled = (change: Change, row: Row | undefined): boolean => {
  if (row === undefined || row.phase.kind === 'creating' || !isMember(change.address)) return false
  if (change.action === 'restart') return change.reason.kind !== 'stopped'
  return change.action === 'replace' || (change.action === 'delete' && change.reason.kind === 'succeeded-by')
}

const expectEverybodyOnce = ({ rolls, changes }: Plan, state: State): void => {
  const waves = rolls.flatMap((roll) => roll.waves)
  const rolled = changes.filter((change) => isRolled(change, rowAt(state, change.address))).map(({ address }) => address)
  const successors = changes.filter(
    (change) => change.action === 'create' && change.reason.kind === 'successor-of' && isMember(change.address),
  )
  expect(waves.flatMap(({ members }) => members).toSorted(), 'who is taken down is in one wave').toEqual(rolled.toSorted())
  expect(waves.flatMap((wave) => wave.successors).toSorted(), 'who succeeds is in one wave').toEqual(
    successors.map(({ address }) => address).toSorted(),
  )
  for (const roll of rolls) expect(roll.waves.every(({ members }) => members.every((member) => unitOf(member) === roll.unit))).toBe(true)
}

const expectNarrow = ({ rolls, desired }: Plan): void => {
  for (const { unit, waves } of rolls) {
    const update = desired.units.find(({ name }) => name === unit)?.update
    expect(update, unit).toBeDefined()
    for (const { members, successors } of waves) {
      expect(members.length, unit).toBeGreaterThan(0)
      expect([0, members.length], unit).toContain(successors.length)
      const width = successors.length > 0 ? update?.maxSurge : update?.maxUnavailable
      expect(members.length, unit).toBeLessThanOrEqual(Math.min(update?.batch ?? 0, width ?? 0))
    }
  }
}

const expectSoundGates = ({ steps, rolls, desired, refusals }: Plan): void => {
  const refused = refusals.some(({ kind }) => kind === 'quorum')
  for (const step of steps) {
    if (step.kind !== 'gate') continue
    const { unit, members, alive } = step.gate
    expect([...members, ...(alive?.without ?? [])].filter((address) => unitOf(address) !== unit)).toEqual([])
    const roll = rolls.find((one) => one.unit === unit)
    if (alive !== null && roll !== undefined && !refused) expect(alive.need, step.id).toBeLessThanOrEqual(roll.size)
  }
  const asking = steps.flatMap((step) => (step.kind === 'gate' && step.gate.ask ? [step.gate.unit] : []))
  const canaries = new Set(desired.units.flatMap(({ name, update }) => (update.canary > 0 ? [name] : [])))
  expect(new Set(asking).size, 'asked once').toBe(asking.length)
  expect(asking.filter((unit) => !canaries.has(unit))).toEqual([])
}

/** The steps that come before each. */
const befores = (steps: readonly Step[]): ((id: StepId) => ReadonlySet<StepId>) => {
  const after = new Map(steps.map((step) => [step.id, step.after]))
  return (id) => {
    const seen = new Set<StepId>()
    const queue = [...(after.get(id) ?? [])]
    for (let at = queue.pop(); at !== undefined; at = queue.pop()) {
      if (seen.has(at)) continue
      seen.add(at)
      queue.push(...(after.get(at) ?? []))
    }
    return seen
  }
}

// A member goes down behind the gate of its wave, which knows who goes; its successor, and the wave before, are behind it.
const expectInWaves = ({ rolls, steps }: Plan): void => {
  const before = befores(steps)
  const of = (address: Address, kinds: readonly Step['kind'][]): readonly Step[] =>
    steps.filter((step) => step.kind !== 'gate' && step.address === address && kinds.includes(step.kind))
  for (const { waves } of rolls)
    for (const [at, { members, successors, gate }] of waves.entries()) {
      const found = steps.find(({ id }) => id === gate)
      expect(gate === null || found?.kind === 'gate', `${gate}`).toBe(true)
      if (found?.kind === 'gate') expect(found.gate.alive?.without.toSorted()).toEqual(members.toSorted())
      const down = members.flatMap((member) => of(member, ['drain', 'detach', 'delete', 'restart']))
      for (const step of down) {
        if (gate !== null) expect(before(step.id), `${step.id} waits for ${gate}`).toContain(gate)
      }
      for (const came of successors) expect(before(gate as StepId)).toContain(`create:${came}`)
      const earlier = (waves[at - 1]?.members ?? []).flatMap((member) => of(member, ['create', 'restart', 'delete']))
      for (const step of earlier) if (gate !== null) expect(before(gate), `${gate} waits for ${step.id}`).toContain(step.id)
    }
}

const makes: ReadonlySet<Step['kind']> = new Set(['create', 'update', 'restart'])

// What a unit makes or changes comes after all that the units below it make or change.
const expectAboveDependencies = ({ steps, desired }: Plan): void => {
  const before = befores(steps)
  const makersOf = (unit: UnitName): readonly StepId[] =>
    steps.flatMap((step) => (step.kind !== 'gate' && makes.has(step.kind) && unitOf(step.address) === unit ? [step.id] : []))
  for (const { name, dependsOn } of desired.units)
    for (const id of makersOf(name)) expect([...before(id)], `before ${id}`).toEqual(expect.arrayContaining(dependsOn.flatMap(makersOf)))
}

describe('the waves of any change of any fleet', () => {
  it('hold everybody who is taken down once, each behind its gate, with few edges', { timeout: patience }, async () => {
    const drafts = array(updateDrafts, { minLength: 6, maxLength: 6 })
    const limits = { retained: false, maxSize: 6 }
    const other = record({ tells: record({ join: boolean(), leave: boolean() }), inputs: renewals })
    let waves = 0
    const property = asyncProperty(
      fleetChanges(limits),
      drafts,
      other,
      worldEdits,
      async ({ before, after }, updates, { tells, inputs }, edits) => {
        using lab = new Lab({ world: new World({ name: 'w' }) })
        lab.configure(fleetYaml(told(before, tells), 'w'))
        await lab.apply()
        meddle(lab.world, edits)
        lab.configure(fleetYaml(told(withUpdates(renewed(after, inputs), updates), tells), 'w'))
        const plan = await planOf(lab)
        if (plan === null) return
        expectSoundSteps(plan)
        expectEverybodyOnce(plan, lab.state())
        expectNarrow(plan)
        expectSoundGates(plan)
        expectInWaves(plan)
        expectAboveDependencies(plan)
        waves += plan.rolls.reduce((sum, roll) => sum + roll.waves.length, 0)
      },
    )
    await holds('waves', property, size.planned)
    process.stdout.write(`${waves} waves\n`)
  })
})
