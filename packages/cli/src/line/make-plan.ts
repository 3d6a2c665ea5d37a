import type { AdoptionWish, ImportRequest, ImportWish, Worlds } from '@forgeplan/engine'
import { findAdoption, findImport, observe } from '@forgeplan/engine'
import type { Observed, Plan, State } from '@forgeplan/model'
import type { PlanOptions } from '@forgeplan/planner'
import { plan } from '@forgeplan/planner'
import { sha256 } from '../inputs/digest.ts'
import type { Invocation } from '../invocation.ts'
import { need } from '../stop.ts'
import type { PlanChoices } from '../syntax/plan-options.ts'
import { major } from '../version.ts'
import { systemClock } from '@forgeplan/engine'
import { imagesNamed } from './images-named.ts'
import { checkOverrides } from './overrides.ts'
import type { Prepared } from './prepare.ts'

/** The options of the planner, from those of the command line. */
export const planOptions = (choices: Partial<PlanChoices>, destroy: boolean): PlanOptions => ({
  mode: destroy ? 'destroy' : choices.refreshOnly === true ? 'refresh-only' : 'normal',
  targets: choices.target ?? [],
  replace: choices.replace ?? [],
  maxDestroy: choices.maxDestroy ?? null,
  acceptVanished: choices.acceptVanished ?? null,
  excludes: choices.exclude ?? [],
  overrides: choices.override ?? [],
})

/** What is asked of a plan: the planner's options, and what is to be taken over and has to be found first. */
export interface PlanAsked extends PlanOptions {
  readonly wish?: ImportWish | AdoptionWish
  /** Only the image of this name, or with null all of the configuration, in place of targets. */
  readonly image?: string | null
}

/** A plan, and the look at the world that it was made from. */
export interface Planned {
  readonly plan: Plan
  readonly observed: Observed
}

/** Looks at the world and plans. Writes nothing. @throws Stop with the planner's problems. */
export const makePlan = async (request: {
  readonly invocation: Invocation
  readonly prepared: Prepared
  readonly state: State
  readonly worlds: Worlds
  readonly options: PlanAsked
}): Promise<Planned> => {
  const { invocation, prepared, state, worlds } = request
  const { wish, image, ...asked } = request.options
  const { desired, places, secrets } = prepared
  checkOverrides(asked.overrides ?? [], desired, state)
  const signal = invocation.shell.interrupts.stop
  const observed = await observe({ desired, state, worlds, clock: systemClock, signal, survey: true, resolver: secrets })
  signal.throwIfAborted()
  const search = { desired, state, worlds, clock: systemClock, signal }
  const targets = image === undefined ? asked.targets : imagesNamed(desired, image).map(({ name }) => name)
  const options = { ...asked, targets, ...(wish === undefined ? {} : await found(wish, search)) }
  const made = need(plan({ desired, places, state, observed, options, catalog: worlds.catalog, hash: sha256, tool: major }))
  // Who asks for images alone knows that the rest is left out.
  const warnings = image === undefined ? made.warnings : made.warnings.filter(({ code }) => code !== 'FORGE3006')
  return { plan: { ...made, warnings }, observed }
}

const found = async (
  wish: ImportWish | AdoptionWish,
  search: Omit<ImportRequest, 'wish'>,
): Promise<Pick<PlanOptions, 'imports' | 'adoption'>> =>
  'group' in wish ? { adoption: await findAdoption({ ...search, wish }) } : { imports: [await findImport({ ...search, wish })] }
