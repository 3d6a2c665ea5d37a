import type { ExitCode } from '../exit.ts'
import type { Invocation } from '../invocation.ts'
import { planOptions } from '../line/make-plan.ts'
import type { ApplyChoices, PlanChoices } from '../syntax/plan-options.ts'
import type { Asking } from './apply.ts'
import { applyFresh } from './apply.ts'

export interface DestroyOptions
  extends ApplyChoices, Pick<PlanChoices, 'target' | 'exclude' | 'maxDestroy' | 'acceptVanished' | 'override'> {}

// Typing the name is the confirmation: it cannot be given out of habit, and not to the wrong stack.
const asking: Asking = {
  question: (plan) => `Everything shown above will be destroyed.\nTo go on, type the name of the stack (${plan.stack}).`,
  expected: (plan) => plan.stack,
}

/** `forge destroy`: plans the end of everything, asks for the stack's name, and does it. */
export const destroy = (invocation: Invocation, options: DestroyOptions): Promise<ExitCode> =>
  applyFresh(invocation, { choices: options, options: planOptions(options, true), asking })
