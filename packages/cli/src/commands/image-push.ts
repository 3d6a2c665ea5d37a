import type { Plan } from '@forgeplan/model'
import { aboutSize } from '@forgeplan/report'
import type { ExitCode } from '../exit.ts'
import { imageHost } from '../inputs/image-host.ts'
import { tidyImages } from '../inputs/tidy-images.ts'
import type { Invocation } from '../invocation.ts'
import type { PlanAsked } from '../line/make-plan.ts'
import { planOptions } from '../line/make-plan.ts'
import type { ApplyChoices, PlanChoices } from '../syntax/plan-options.ts'
import type { ApplyHow } from './apply.ts'
import { applyFresh, asking } from './apply.ts'
import { planAsked } from './plan.ts'

export interface PushOptions extends ApplyChoices, Pick<PlanChoices, 'acceptVanished'> {
  /** A file for the plan, which then is not performed. */
  readonly out?: string
}

export interface PruneOptions extends PushOptions {
  readonly keep?: number
}

/** `forge image push [IMAGE]`: an apply of the images alone. */
export const pushImages = (invocation: Invocation, name: string | undefined, options: PushOptions): Promise<ExitCode> =>
  applied(invocation, options, { options: { ...planOptions(options, false), image: name ?? null } })

/** `forge image prune [IMAGE]`: an apply that only removes versions, and then what is left over where images are made. */
export const pruneImages = (invocation: Invocation, name: string | undefined, options: PruneOptions): Promise<ExitCode> => {
  const { keep = null } = options
  const asked: PlanAsked = { ...planOptions(options, false), image: name ?? null, prune: { keep } }
  const words = ['image', 'prune', ...(name === undefined ? [] : [name]), ...(keep === null ? [] : ['--keep', String(keep)])]
  return applied(invocation, options, { options: asked, verb: words, after: (plan) => tidy(invocation, plan) })
}

const applied = (invocation: Invocation, choices: PushOptions, how: Omit<ApplyHow, 'choices' | 'asking'>): Promise<ExitCode> => {
  const { out, json = false } = choices
  if (out === undefined) return applyFresh(invocation, { ...how, choices, asking })
  return planAsked(invocation, { out, json }, how.options)
}

const tidy = async (invocation: Invocation, { desired }: Plan): Promise<void> => {
  const digests = desired.units.flatMap(({ shape, inputs }) => (shape.kind === 'versions' ? [String(inputs['digest'])] : []))
  const { cache } = imageHost(invocation)
  const { files, size } = await tidyImages(cache, new Set(digests), Date.now())
  if (files === 0) return
  const what = files === 1 ? '1 file' : `${String(files)} files`
  invocation.terminal.note(`Removed ${what} (${aboutSize(size)}) of other versions from ${cache}.\n`)
}
