import type { Address, Change, FieldChange, Gate, Plan, Reason, Roll, Step, StepId, Unit, UnitName, Wave } from '@forgeplan/model'
import { compareAddress, stepId } from '@forgeplan/model'
import { alter, at, basic, create, field, ids, keep, plan, remove, step, unit as toUnit, web } from './builders.ts'

/** A roll of `group.web` as the planner makes it: by the numbers of its members, wave by wave. */
export interface Rolling {
  readonly waves: readonly (readonly number[])[]
  readonly size: number
  readonly alive: number
  /** Numbers of the successors, wave by wave; none: delete first. */
  readonly successors?: readonly (readonly number[])[]
  readonly action?: 'replace' | 'restart'
  /** The wave behind which a person is asked, from 1. */
  readonly canary?: number
  readonly gated?: boolean
  readonly terms?: Partial<Gate>
  readonly unit?: Partial<Unit>
  readonly drains?: boolean
  readonly leader?: number
  readonly reasonOf?: (id: number) => Reason | undefined
  readonly fields?: readonly FieldChange[]
}

const cpus = [field('cpus', 2, 4, { effect: 'replace' })]
const why: Reason = { kind: 'configured', fields: ['cpus'] }
const addresses = (of: readonly number[]): readonly Address[] => of.map((id) => at(web, id))
const ask = stepId('gate', 'canary.group.web')

const waveOf = ({ waves, successors, canary, gated = true }: Rolling, index: number): Wave => ({
  members: addresses(waves[index] ?? []),
  successors: addresses(successors?.[index] ?? []),
  gate: gateBefore({ successors, canary, gated, index }),
  ask: canary === index + 1 ? ask : null,
})

const gateBefore = ({
  successors,
  canary,
  gated,
  index,
}: {
  readonly successors: Rolling['successors']
  readonly canary: number | undefined
  readonly gated: boolean
  readonly index: number
}): StepId | null => {
  if (index === 0 && !gated && successors === undefined) return null
  if (canary === (successors === undefined ? index : index + 1)) return ask
  return stepId('gate', `wave-${index + 1}.group.web`)
}

const gateStep = (id: StepId, unit: UnitName, members: readonly Address[], more: Partial<Gate>): Step => ({
  id,
  kind: 'gate',
  after: [],
  gate: {
    unit,
    members,
    failures: 0,
    alive: null,
    pass: { kind: 'checks', checks: 1, intervalMs: 1000 },
    deadlineMs: 300_000,
    ask: id === ask,
    ...more,
  },
})

const downUp = (address: Address, { action = 'replace', drains = false, successors }: Rolling): readonly Step[] => {
  const drain = drains ? [step('drain', address)] : []
  if (action === 'restart') return [...drain, step('restart', address, ...drain)]
  const gone = step('delete', address, ...drain)
  return successors === undefined ? [...drain, gone, step('create', address, gone)] : [...drain, gone]
}

const stepsOf = (rolling: Rolling, waves: readonly Wave[]): readonly Step[] => {
  const { alive, successors, terms = {} } = rolling
  let fresh: readonly Address[] = []
  const steps = waves.flatMap((wave): readonly Step[] => {
    fresh = [...fresh, ...wave.successors]
    const coming = wave.successors.map((address) => step('create', address))
    const gates = wave.gate === null ? [] : [gateStep(wave.gate, web, fresh, { alive: { need: alive, without: wave.members }, ...terms })]
    if (wave.gate !== null) fresh = []
    if (successors === undefined) fresh = [...fresh, ...wave.members]
    return [...coming, ...gates, ...wave.members.flatMap((address) => downUp(address, rolling))]
  })
  return fresh.length === 0
    ? steps
    : [...steps, gateStep(stepId('gate', web), web, fresh, { alive: { need: alive, without: [] }, ...terms })]
}

const changesOf = (of: Rolling): readonly Change[] => {
  const moved = new Set(of.waves.flat())
  const stay = of.successors === undefined ? ids(1, of.size).filter((id) => !moved.has(id)) : []
  return [...stay.map((id) => keep(at(web, id))), ...movedBy(of)].toSorted((a, b) => compareAddress(a.address, b.address))
}

const movedBy = ({ waves, successors, action = 'replace', reasonOf, fields = cpus }: Rolling): readonly Change[] =>
  waves.flatMap((ids, wave) =>
    ids.flatMap((id, index): readonly Change[] => {
      const next = successors?.[wave]?.[index]
      if (next === undefined) return [alter(action, at(web, id), reasonOf?.(id) === undefined ? fields : [], reasonOf?.(id) ?? why)]
      const successor = at(web, next)
      return [
        remove(at(web, id), { kind: 'succeeded-by', address: successor }),
        create(successor, { kind: 'successor-of', address: at(web, id), why, fields }, { ...basic, cpus: 4 }),
      ]
    }),
  )

/** The parts of a plan that roll `group.web`. */
export const rolling = (
  of: Rolling,
): { readonly changes: readonly Change[]; readonly steps: readonly Step[]; readonly rolls: readonly Roll[] } => {
  const waves = of.waves.map((_, index) => waveOf(of, index))
  return {
    changes: changesOf(of),
    steps: stepsOf(of, waves),
    rolls: [
      {
        unit: web,
        order: of.successors === undefined ? 'delete-first' : 'create-first',
        size: of.size,
        alive: of.alive,
        ...(of.leader === undefined ? {} : { leader: at(web, of.leader) }),
        waves,
      },
    ],
  }
}

/** A plan of nothing but a roll of `group.web`, and what `more` says. */
export const rollPlan = (of: Rolling, more: Partial<Plan> = {}): Plan =>
  plan({ ...rolling(of), risks: riskOf(of), ...more }, [{ ...toUnit(web, basic, of.size), ...of.unit }])

const riskOf = ({ waves }: Rolling): Plan['risks'] => [
  {
    severity: 'medium',
    kind: 'roll',
    summary: `${waves.flat().length} of the members are taken down`,
    addresses: addresses(waves.flat()),
  },
]
