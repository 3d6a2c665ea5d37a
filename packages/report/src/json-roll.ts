import type { RollView } from './roll-view.ts'
import type { PlanView } from './view.ts'

/** Every wave of every roll; `forge.plan/v1` knows them as `rolls`. */
export const rollsJson = ({ plan, rolls }: PlanView): readonly unknown[] =>
  plan.rolls.map(({ unit, order, size, alive, leader, waves }, at) => ({
    unit,
    order,
    size,
    alive,
    leader: leader ?? null,
    quorum: rolls[at]?.quorum ?? null,
    waves: waves.map((wave, number) => ({ wave: number + 1, ...wave, ...waitOf(rolls[at], number) })),
  }))

const waitOf = (roll: RollView | undefined, at: number): { readonly alive: number | null; readonly approve: string | null } => ({
  alive: roll?.waves[at]?.alive ?? null,
  approve: roll?.waves[at]?.asks ?? null,
})
