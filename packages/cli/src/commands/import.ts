import type { ImportWish } from '@forgeplan/engine'
import type { Plan } from '@forgeplan/model'
import { remoteId } from '@forgeplan/model'
import { printDiagnostics } from '../begin.ts'
import type { ExitCode } from '../exit.ts'
import { exits } from '../exit.ts'
import type { Invocation } from '../invocation.ts'
import type { PlanAsked } from '../line/make-plan.ts'
import { makePlan, planOptions } from '../line/make-plan.ts'
import { openState } from '../line/open-store.ts'
import { prepare } from '../line/prepare.ts'
import { addressNamed } from '../line/row-named.ts'
import { printPlan } from '../line/show-plan.ts'
import { openWorldsFor } from '../line/worlds.ts'
import { writePlanFile } from '../planfile/write.ts'
import { failure } from '../stop.ts'
import type { ApplyChoices } from '../syntax/plan-options.ts'
import type { Asking } from './apply.ts'
import { applyFresh } from './apply.ts'

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
  return options.out === undefined
    ? applyFresh(invocation, { choices: options, options: asked, asking })
    : saveImport(invocation, asked, options.out)
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

const saveImport = async (invocation: Invocation, options: PlanAsked, file: string): Promise<ExitCode> => {
  const prepared = await prepare(invocation, 'read')
  await using store = await openState(invocation, prepared.desired.stack, 'read')
  const state = store.load()
  await using worlds = await openWorldsFor({ invocation, desired: prepared.desired, state, secrets: prepared.secrets })
  const { plan } = await makePlan({ invocation, prepared, state, worlds, options })
  if (prepared.warnings.length > 0) await printDiagnostics(invocation, prepared.warnings)
  printPlan(invocation, plan, worlds.catalog, {})
  await writePlanFile(invocation, plan, file)
  invocation.terminal.note(`\nSaved to ${file}. To do exactly this: forge apply ${file}\n`)
  return exits.ok
}
