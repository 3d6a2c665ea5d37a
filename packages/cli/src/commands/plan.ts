import type { Plan } from '@forgeplan/model'
import { hasChanges } from '@forgeplan/model'
import { planIdOf } from '@forgeplan/planner'
import { escapeText, hasErrors } from '@forgeplan/report'
import { printDiagnostics } from '../begin.ts'
import type { ExitCode } from '../exit.ts'
import { exits } from '../exit.ts'
import { sha256 } from '../inputs/digest.ts'
import type { Invocation } from '../invocation.ts'
import { applyFileCommand } from '../line/given-words.ts'
import type { PlanAsked } from '../line/make-plan.ts'
import { makePlan, planOptions } from '../line/make-plan.ts'
import { openState } from '../line/open-store.ts'
import { askBeforehand, withWords } from '../line/preflight.ts'
import { prepare } from '../line/prepare.ts'
import { prepareRevision } from '../line/prepare-revision.ts'
import { wayBack } from '../line/revision-before.ts'
import type { PlanLook } from '../line/show-plan.ts'
import { printPlan } from '../line/show-plan.ts'
import { openWorldsFor } from '../line/worlds.ts'
import { writePlanFile } from '../planfile/write.ts'
import { failure } from '../stop.ts'
import type { PlanChoices } from '../syntax/plan-options.ts'

export interface PlanOptions extends PlanChoices, PlanLook {
  readonly out?: string
  readonly destroy?: boolean
  /** A run to go back to. */
  readonly revision?: number
  readonly detailedExitcode?: boolean
}

/** `forge plan`: shows what apply would do. Writes nothing but the file of `--out`, and takes no lease. */
export const plan = async (invocation: Invocation, options: PlanOptions): Promise<ExitCode> => {
  checkModes(options)
  return planAsked(invocation, options, planOptions(options, options.destroy === true))
}

/** Shows, and saves if that is wanted, the plan of what is asked. */
export const planAsked = async (invocation: Invocation, options: PlanOptions, asked: PlanAsked): Promise<ExitCode> => {
  const { revision } = options
  const prepared =
    revision === undefined
      ? await prepare(invocation, 'read', asked.mode === 'destroy' ? 'spare' : 'needed')
      : await prepareRevision(invocation, revision)
  await using store = await openState(invocation, prepared.desired.stack, 'read')
  const state = store.load()
  await using worlds = await openWorldsFor({ invocation, desired: prepared.desired, state, secrets: prepared.secrets })
  const { plan: bare } = await makePlan({ invocation, prepared, state, worlds, options: asked })
  const made = withWords(leadingTo(bare, revision), await askBeforehand(invocation, { plan: bare, state, worlds }))
  await printDiagnostics(invocation, [...prepared.warnings, ...(invocation.stream ? made.warnings : [])])
  printPlan(invocation, made, worlds.catalog, { ...options, back: wayBack(store, made) })
  if (options.out !== undefined) await savePlan(invocation, made, options.out)
  return options.detailedExitcode && hasChanges(made) ? exits.changes : exits.ok
}

// What a plan leads to is part of what was reviewed.
const leadingTo = (plan: Plan, revision: number | undefined): Plan => {
  if (revision === undefined) return plan
  const body = { ...plan, revision }
  return { ...body, id: planIdOf(body, sha256) }
}

const checkModes = (options: PlanOptions): void => {
  if (options.destroy && options.refreshOnly) throw failure('FORGE6003', 'Two modes at once', 'Give --destroy or --refresh-only, not both.')
  if (options.revision !== undefined && (options.destroy || options.refreshOnly))
    throw failure('FORGE6003', 'Two modes at once', `Give --revision or ${options.destroy ? '--destroy' : '--refresh-only'}, not both.`)
  if (options.json && options.markdown) throw failure('FORGE6003', 'Two formats at once', 'Give --json or --markdown, not both.')
}

const savePlan = async (invocation: Invocation, made: Parameters<typeof writePlanFile>[1], file: string): Promise<void> => {
  await writePlanFile(invocation, made, file)
  // A reviewer reads a refused plan as well, so that it is saved; but nobody is sent to an apply that will not start.
  invocation.terminal.note(`\nSaved to ${escapeText(file)}. ${nextStep(made, applyFileCommand(invocation, file))}\n`)
}

const nextStep = (plan: Plan, command: string): string => {
  if (plan.refusals.length > 0) return 'It can be shown, and apply will refuse it: make a new plan with what lifts the refusal.'
  if (hasErrors(plan)) return `Once the error above is mended, to do exactly this: ${command}`
  return `To do exactly this: ${command}`
}
