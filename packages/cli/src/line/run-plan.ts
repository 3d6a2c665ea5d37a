import { randomUUID } from 'node:crypto'
import type { RunHandle, Worlds } from '@forgeplan/engine'
import { execute, systemClock } from '@forgeplan/engine'
import type { Observed, Plan, RunResult, State } from '@forgeplan/model'
import { lineage } from '@forgeplan/model'
import type { Progress } from '@forgeplan/report'
import { outputsText, progress, runReport, startProgress } from '@forgeplan/report'
import type { Lease, Revision } from '@forgeplan/store'
import type { ExitCode } from '../exit.ts'
import { exits } from '../exit.ts'
import type { SecretReader } from '../inputs/secret-sources.ts'
import type { Invocation } from '../invocation.ts'
import type { ApplyChoices } from '../syntax/plan-options.ts'
import { openRunView } from '../view/open-run-view.ts'
import type { RunView } from '../view/run-view.ts'
import type { Approvals } from './approvals.ts'
import { makeApprovals } from './approvals.ts'
import { givenWords, outputCommand } from './given-words.ts'
import { revisionBefore } from './revision-before.ts'
import { sensitiveOutputs } from './sensitive.ts'
import { watchRun } from './watch-run.ts'

export interface RunRequest {
  readonly invocation: Invocation
  readonly plan: Plan
  readonly state: State
  /** The look that was taken just before. */
  readonly observed: Observed
  readonly worlds: Worlds
  readonly lease: Lease
  readonly secrets: SecretReader
  readonly choices: ApplyChoices
  /** As the user named it, for the command that goes on. */
  readonly planFile: string | null
  /** Words of the command that makes such a plan, where neither apply nor destroy does. */
  readonly verb?: readonly string[]
  /** The runs before this one, oldest first. */
  readonly revisions: readonly Revision[]
}

/** Performs an approved plan under its lease, showing every event, and writes the snapshot. */
export const runPlan = async (request: RunRequest): Promise<ExitCode> => {
  const { invocation, plan, lease, choices, planFile } = request
  const { terminal } = invocation
  const view = await openRunView(invocation, choices)
  announceAbort(invocation, view)
  const approvals = makeApprovals(invocation, view, choices.approve ?? [])
  const run = start(request, approvals.ask)
  void run.result.then(() => approvals.end())
  const outcome = await watchRun(run, {
    view,
    from: startProgress(plan, doneBefore(request)),
    fold: (seen, event) => {
      approvals.see(event)
      return progress(seen, event)
    },
    after: async ({ leaseLost, state }) => {
      if (!leaseLost) await lease.snapshot(state)
    },
    report: (seen) =>
      runReport(seen, {
        color: choices.json ? terminal.noteColor : terminal.outColor,
        width: terminal.width,
        planFile,
        ...(request.verb === undefined ? {} : { verb: request.verb }),
        given: [...givenWords(invocation.globals, choices), ...approvalWords(approvals.left(), seen)],
        back: revisionBefore(request.revisions, plan),
      }),
  })
  if (!choices.json && outcome.result === 'done') terminal.out(outputsOf(outcome.state, plan, outputCommand(invocation)))
  return outcome.leaseLost ? exits.locked : exitOf(outcome.result)
}

// What the run is told to do anew needs no approval: it is another plan.
const approvalWords = (names: readonly string[], { ended }: Progress): readonly string[] =>
  ended?.result === 'stale' ? [] : names.flatMap((name) => ['--approve', name])

const start = ({ invocation, plan, state, observed, worlds, lease, secrets, choices }: RunRequest, ask: Approvals['ask']): RunHandle => {
  const { stop, abort } = invocation.shell.interrupts
  const said = choices.message === undefined ? {} : { message: invocation.shell.secrets.redact(choices.message) }
  return execute({
    plan,
    state,
    // The first apply founds the state.
    lineage: state.lineage ?? lineage(randomUUID()),
    observed,
    worlds,
    journal: lease,
    clock: systemClock,
    signals: { stop, abort, lost: lease.lost },
    resolver: secrets,
    ...(ask === undefined ? {} : { ask }),
    options: {
      parallelism: choices.parallelism,
      command: `forge ${invocation.command}`,
      approved: new Set(choices.approve),
      random: Math.random,
      ...said,
    },
  })
}

// The first stage is an event of the run.
const announceAbort = ({ shell }: Invocation, view: RunView): void =>
  shell.interrupts.onStage((stage) => {
    if (stage === 'abort') view.aborting()
  })

const doneBefore = ({ state, plan }: RunRequest): State['done'] => (state.lastRun?.plan === plan.id ? state.done : new Set())

const outputsOf = (state: State, { desired }: Plan, command: string): string => {
  const text = outputsText(state.outputs, sensitiveOutputs(state, desired.outputs))
  return text === '' ? '' : `\nOutputs:\n\n${text}\nTo see them again: ${command}\n`
}

const exitOf = (result: RunResult): ExitCode => {
  switch (result) {
    case 'done':
      return exits.ok
    case 'failed':
      return exits.error
    case 'partial':
      return exits.partial
    case 'interrupted':
      return exits.interrupted
    case 'stale':
      return exits.stale
    default:
      return result satisfies never
  }
}
