import { canonicalJson } from '@forgeplan/model'
import type { ExitCode } from '../exit.ts'
import { exits } from '../exit.ts'
import type { Invocation } from '../invocation.ts'
import { openExisting } from '../line/open-existing.ts'
import { outputsText } from '../line/outputs-text.ts'
import type { PlanLook } from '../line/show-plan.ts'
import { printPlan } from '../line/show-plan.ts'
import { stateJson, stateText } from '../line/state-text.ts'
import { pluginsFor } from '../line/worlds.ts'
import { readPlanFile } from '../planfile/read.ts'
import { failure } from '../stop.ts'

export type ShowOptions = PlanLook

/** `forge show`: a saved plan, or without one the state. */
export const show = async (invocation: Invocation, file: string | undefined, options: ShowOptions): Promise<ExitCode> =>
  file === undefined ? showState(invocation, options) : showPlan(invocation, file, options)

const showPlan = async (invocation: Invocation, file: string, options: ShowOptions): Promise<ExitCode> => {
  const plan = await readPlanFile(invocation, file)
  const { catalog } = await pluginsFor(plan.desired, null, invocation.directory)
  printPlan(invocation, plan, catalog, options)
  return exits.ok
}

const showState = async (invocation: Invocation, options: ShowOptions): Promise<ExitCode> => {
  if (options.markdown) throw failure('FORGE6003', '--markdown is for plans', 'Name a plan file, or leave --markdown out.')
  await using store = await openExisting(invocation, 'read')
  const state = store.load()
  const { terminal } = invocation
  if (options.json) terminal.out(`${canonicalJson(stateJson(state))}\n`)
  else terminal.out(stateText(state, options.verbose === true) + outputsText(state))
  return exits.ok
}
