import type { ImportWish } from '@forgeplan/engine'
import type { Plan } from '@forgeplan/model'
import { remoteId } from '@forgeplan/model'
import type { ExitCode } from '../exit.ts'
import type { Invocation } from '../invocation.ts'
import type { PlanAsked } from '../line/make-plan.ts'
import { planOptions } from '../line/make-plan.ts'
import { addressNamed } from '../line/row-named.ts'
import { failure } from '../stop.ts'
import type { ApplyChoices } from '../syntax/plan-options.ts'
import type { Asking } from './apply.ts'
import { applyFresh } from './apply.ts'
import { planAsked } from './plan.ts'

export interface ImportOptions extends ApplyChoices {
  readonly id?: string
  readonly query?: string
  readonly out?: string
}

const asking: Asking = {
  question: (plan: Plan) => `Do you want ${plan.stack} to manage this object from now on?`,
  expected: () => 'yes',
}

/** `forge import ADDRESS`: takes over a standing object, as a plan of one step: apply writes the mark and nothing else. */
export const importObject = async (invocation: Invocation, address: string, options: ImportOptions): Promise<ExitCode> => {
  const asked: PlanAsked = { ...planOptions({}, false), wish: wishOf(address, options) }
  if (options.out === undefined) return applyFresh(invocation, { choices: options, options: asked, asking })
  const { out, json = false } = options
  return planAsked(invocation, { out, json }, asked)
}

const wishOf = (text: string, { id, query }: ImportOptions): ImportWish => {
  const address = addressNamed(text)
  if (id !== undefined && query === undefined) return { address, query: { id: remoteId(id) } }
  if (query !== undefined && id === undefined) return { address, query: { name: query } }
  throw failure(
    'FORGE6003',
    'Which object?',
    `Give --id ID, as the platform calls the object at ${address}, or --query NAME, and not both.`,
  )
}
