import type { Plan } from '@forgeplan/model'
import { hasChanges } from '@forgeplan/model'
import { approvalText, planView } from '@forgeplan/report'
import { printDiagnostics } from '../begin.ts'
import type { ExitCode } from '../exit.ts'
import { exits } from '../exit.ts'
import type { Invocation } from '../invocation.ts'
import { confirm } from '../line/confirm.ts'
import { checkApproved } from '../line/gates.ts'
import type { PlanAsked } from '../line/make-plan.ts'
import { makePlan, planOptions } from '../line/make-plan.ts'
import { openState, takeLease } from '../line/open-store.ts'
import { askBeforehand, checkWords, withWords } from '../line/preflight.ts'
import { prepare } from '../line/prepare.ts'
import { checkRefusals } from '../line/refusals.ts'
import type { RunRequest } from '../line/run-plan.ts'
import { runPlan } from '../line/run-plan.ts'
import { wayBack } from '../line/revision-before.ts'
import { planText } from '../line/show-plan.ts'
import { openWorldsFor } from '../line/worlds.ts'
import { failure } from '../stop.ts'
import type { ApplyChoices, PlanChoices } from '../syntax/plan-options.ts'
import { warmUp } from '../view/choose.ts'

export interface ApplyOptions extends PlanChoices, ApplyChoices {}

/** What the apply of a fresh plan asks before it starts. */
export interface Asking {
  question(plan: Plan): string
  /** The only answer that counts as yes. */
  expected(plan: Plan): string
}

/** How an apply is performed. */
export interface ApplyHow {
  readonly choices: ApplyChoices
  readonly options: PlanAsked
  readonly asking: Asking
  /** Words of the command, where a plan of this kind is made by it alone. */
  readonly verb?: readonly string[]
  /** What else is done under the lease when all went well. */
  readonly after?: (plan: Plan) => Promise<void>
}

export const asking: Asking = {
  question: (plan) => `Do you want to perform these actions on ${plan.stack}?`,
  expected: () => 'yes',
}

/** `forge apply`: plan under the lease, ask, do. With a file: exactly what it says. */
export const apply = async (invocation: Invocation, file: string | undefined, options: ApplyOptions): Promise<ExitCode> => {
  if (file === undefined) return applyFresh(invocation, { choices: options, options: planOptions(options, false), asking })
  checkSavedOptions(options)
  const { applySaved } = await import('../line/apply-saved.ts')
  return applySaved(invocation, file, options)
}

/** Plans under the lease, shows, asks, and does. */
export const applyFresh = async (invocation: Invocation, how: ApplyHow): Promise<ExitCode> => {
  const { choices, options } = how
  const prepared = await prepare(invocation, 'make', options.mode === 'destroy' ? 'spare' : 'needed')
  await using store = await openState(invocation, prepared.desired.stack, 'write')
  await using lease = await takeLease(invocation, store, choices.lockTimeout)
  const state = store.load()
  await using worlds = await openWorldsFor({ invocation, desired: prepared.desired, state, secrets: prepared.secrets })
  const { plan: bare, observed } = await makePlan({ invocation, prepared, state, worlds, options })
  const said = await askBeforehand(invocation, { plan: bare, state, worlds })
  const plan = withWords(bare, said)
  // People read the warnings in the plan, and the errors where they end the command.
  const told = invocation.stream ? plan.warnings.filter(({ severity }) => severity === 'warning') : []
  await printDiagnostics(invocation, [...prepared.warnings, ...told])
  showForApproval(invocation, plan, worlds.catalog, { json: choices.json === true, back: wayBack(store, plan) })
  checkRefusals(plan)
  checkWords(said)
  const exit = await approved(how, {
    ...(how.verb === undefined ? {} : { verb: how.verb }),
    invocation,
    plan,
    observed,
    state,
    worlds,
    lease,
    secrets: prepared.secrets,
    choices,
    planFile: null,
    revisions: store.revisions(),
  })
  if (exit === exits.ok) await how.after?.(plan)
  return exit
}

const approved = async ({ asking: words, choices }: ApplyHow, request: RunRequest): Promise<ExitCode> => {
  const { plan, invocation } = request
  if (!hasChanges(plan)) return exits.ok
  checkApproved(choices.approve ?? [], plan)
  if (choices.autoApprove === true) return runPlan(request)
  warmUp(invocation, choices)
  const question = { text: questionText(request, words), expected: words.expected(plan), autoApprove: false }
  return (await confirm(invocation, question)) ?? runPlan(request)
}

// The plan may be longer than the screen, so the worst of it is said again where the answer is given.
const questionText = ({ plan, invocation, worlds }: RunRequest, words: Asking): string => {
  const { noteColor: color, width } = invocation.terminal
  const summary = approvalText(planView(plan, worlds.catalog), { color, width, answer: words.expected(plan) })
  return `${summary}\n${words.question(plan)}`
}

interface Shown {
  readonly json: boolean
  readonly back: number | null
}

// With --json standard output carries the events.
const showForApproval = ({ terminal }: Invocation, plan: Plan, catalog: RunRequest['worlds']['catalog'], { json, back }: Shown): void => {
  const { width } = terminal
  if (json) terminal.note(planText(plan, catalog, { back }, { color: terminal.noteColor, width }))
  else terminal.out(planText(plan, catalog, { back }, { color: terminal.outColor, width }))
}

const checkSavedOptions = (options: ApplyOptions): void => {
  const given = [
    options.target === undefined ? '' : '--target',
    options.exclude === undefined ? '' : '--exclude',
    options.replace === undefined ? '' : '--replace',
    options.refreshOnly ? '--refresh-only' : '',
    options.maxDestroy === undefined ? '' : '--max-destroy',
    options.acceptVanished === undefined ? '' : '--accept-vanished',
    options.override === undefined ? '' : '--override',
  ].filter((name) => name !== '')
  if (given.length === 0) return
  throw failure(
    'FORGE6003',
    'A saved plan is done as it is',
    `${given.join(', ')} cannot change a saved plan. Give it to forge plan --out.`,
  )
}
