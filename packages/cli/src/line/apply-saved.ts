import { checkBasis, observe } from '@forgeplan/engine'
import type { Worlds } from '@forgeplan/engine'
import type { Observed, Plan, State } from '@forgeplan/model'
import { loadKey, makeKey } from '@forgeplan/store'
import { printDiagnostics, stateFolder } from '../begin.ts'
import type { ExitCode } from '../exit.ts'
import type { SecretReader } from '../inputs/secret-sources.ts'
import type { Invocation } from '../invocation.ts'
import { readPlanFile } from '../planfile/read.ts'
import { checkRequires, secretsAgain } from '../planfile/requires.ts'
import { sealed } from '../planfile/seal.ts'
import { failure } from '../stop.ts'
import type { ApplyChoices } from '../syntax/plan-options.ts'
import { systemClock } from '@forgeplan/engine'
import { checkApproved } from './gates.ts'
import { checkSources } from './image-checks.ts'
import { openState, takeLease } from './open-store.ts'
import { askBeforehand, checkWords } from './preflight.ts'
import { checkRefusals } from './refusals.ts'
import { runPlan } from './run-plan.ts'
import { openWorldsFor } from './worlds.ts'

/** Does exactly what a saved plan says, or nothing: reads no configuration, checks inputs, lineage, realms and basis first. */
export const applySaved = async (invocation: Invocation, file: string, choices: ApplyChoices): Promise<ExitCode> => {
  const read = await readPlanFile(invocation, file)
  checkRefusals(read)
  checkApproved(choices.approve ?? [], read)
  await checkFolder(invocation, read)
  const secrets = await secretsAgain(invocation, read.desired)
  await checkRequires(read, secrets, await loadKey(stateFolder(invocation)))
  const plan = await sealed(read, secrets, await keyOf(invocation))
  await using store = await openState(invocation, plan.stack, 'write')
  await using lease = await takeLease(invocation, store, choices.lockTimeout)
  const state = store.load()
  checkLineage(plan, state)
  await checkSources(invocation, plan, state)
  await using worlds = await openWorldsFor({ invocation, desired: plan.desired, state, secrets })
  checkRealms(plan, worlds)
  const observed = await checkWorld({ invocation, plan, state, worlds, secrets })
  const said = await askBeforehand(invocation, { plan, state, worlds })
  checkWords(said)
  await printDiagnostics(invocation, said)
  return await runPlan({ invocation, plan, observed, state, worlds, lease, secrets, choices, planFile: file, revisions: store.revisions() })
}

// Reading first: in a folder that the plan was not made for, nothing is made.
const checkFolder = async (invocation: Invocation, plan: Plan): Promise<void> => {
  await using store = await openState(invocation, plan.stack, 'read')
  checkLineage(plan, store.load())
}

const keyOf = async (invocation: Invocation): Promise<Uint8Array> =>
  (await loadKey(stateFolder(invocation))) ?? makeKey(stateFolder(invocation))

// A plan made before there was a state may only found it, or go on with what it founded itself.
const checkLineage = (plan: Plan, state: State): void => {
  if (plan.lineage === state.lineage) return
  if (plan.lineage === null && state.lastRun?.plan === plan.id) return
  const had = state.lineage === null ? 'there is no state here' : `the state here is ${state.lineage}`
  const made = plan.lineage === null ? 'before there was a state' : `for the state ${plan.lineage}`
  const detail = `The plan was made ${made}, and ${had}. Nothing was done. Is this the right folder (-C DIR, --env, --state)? Otherwise make a new plan here.`
  throw failure('FORGE6011', 'A plan of another state', detail)
}

const checkRealms = (plan: Plan, { sessions }: Worlds): void => {
  for (const [name, realm] of Object.entries(plan.realms)) {
    const now = sessions.get(name)?.realm
    if (now === undefined || now === realm) continue
    const detail = `The provider ${name} now talks to ${now}; the plan was made for ${realm}. Make a new plan.`
    throw failure('FORGE6013', 'A provider points to another world', detail, 5)
  }
}

const checkWorld = async (request: {
  readonly invocation: Invocation
  readonly plan: Plan
  readonly state: State
  readonly worlds: Worlds
  readonly secrets: SecretReader
}): Promise<Observed> => {
  const { invocation, plan, state, worlds, secrets } = request
  const signal = invocation.shell.interrupts.stop
  const observed = await observe({ desired: plan.desired, state, worlds, clock: systemClock, signal, survey: false, resolver: secrets })
  const changed = checkBasis({ plan, state, observed })
  if (changed.length === 0) return observed
  const detail = `Since the plan was made, these changed: ${changed.join(', ')}. Nothing was done. Make a new plan and review that.`
  throw failure('FORGE6013', 'The world changed under the saved plan', detail, 5)
}
