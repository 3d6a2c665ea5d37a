import type { Worlds } from '@forgeplan/engine'
import { execute } from '@forgeplan/engine'
import type { Event, Plan, RunResult, State } from '@forgeplan/model'
import { progress, runReport, startProgress } from '@forgeplan/report'
import type { Lease, Store } from '@forgeplan/store'
import type { ExitCode } from '../exit.ts'
import { exits } from '../exit.ts'
import type { SecretReader } from '../inputs/secret-sources.ts'
import type { Invocation } from '../invocation.ts'
import type { ApplyChoices } from '../syntax/plan-options.ts'
import { jsonView } from '../view/json.ts'
import { linesView } from '../view/lines.ts'
import { systemClock } from './clock.ts'
import { founded } from './found.ts'
import { outputsText } from './outputs-text.ts'

export interface RunRequest {
  readonly invocation: Invocation
  readonly plan: Plan
  readonly state: State
  readonly worlds: Worlds
  readonly store: Store
  readonly lease: Lease
  readonly secrets: SecretReader
  readonly choices: ApplyChoices
  /** As the user named it, for the command that goes on. */
  readonly planFile: string | null
}

/** Performs an approved plan under its lease, showing every event, and writes the snapshot. */
export const runPlan = async (request: RunRequest): Promise<ExitCode> => {
  const { invocation, plan, store, lease, choices, planFile } = request
  const { terminal } = invocation
  const view = choices.json ? jsonView(terminal) : linesView(terminal)
  let seen = startProgress(plan)
  let result: RunResult = 'failed'
  announceInterrupts(invocation)
  for await (const event of events(request, await founded(request.state, lease))) {
    seen = progress(seen, event)
    view.event(event)
    if (event.kind === 'run-ended') result = event.result
  }
  const after = store.load()
  await lease.snapshot(after)
  view.end(runReport(seen, { color: choices.json ? terminal.noteColor : terminal.outColor, width: terminal.width, planFile }))
  if (!choices.json && result === 'done' && plan.mode === 'normal') terminal.out(outputsText(after))
  return exitOf(result)
}

const events = (request: RunRequest, state: State): AsyncIterable<Event> => {
  const { invocation, plan, worlds, lease, secrets, choices } = request
  const { stop, abort } = invocation.shell.interrupts
  return execute({
    plan,
    state,
    worlds,
    journal: lease,
    clock: systemClock,
    signals: { stop: AbortSignal.any([stop, lease.lost]), abort: AbortSignal.any([abort, lease.lost]) },
    resolver: secrets,
    options: { parallelism: choices.parallelism, command: `forge ${invocation.command}`, random: Math.random },
  })
}

const announceInterrupts = ({ shell, terminal }: Invocation): void =>
  shell.interrupts.onStage((stage) =>
    terminal.note(
      stage === 'stop'
        ? '\nInterrupted: nothing new is started; waiting for what runs. Once more to cut it off.\n'
        : '\nCutting off. The journal holds what was begun; the next apply looks for it.\n',
    ),
  )

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
