import type { Change, Diagnostic, ImageInputs, Plan, State } from '@forgeplan/model'
import { unitOf } from '@forgeplan/model'
import type { Forecast, ImageHost, ImageMaker } from '@forgeplan/sdk'
import { imageHost } from '../inputs/image-host.ts'
import type { Invocation } from '../invocation.ts'
import { problem, Stop } from '../stop.ts'
import { toMake } from './to-make.ts'
import { pluginsFor } from './worlds.ts'

type Made = Extract<Change, { readonly action: 'create' }>

/** What keeps the versions of images that a plan makes from being made here. */
export const askMakers = async (invocation: Invocation, plan: Plan): Promise<readonly Forecast[]> => {
  const asked = (await versionsOf(invocation, plan)).map(async ({ address, inputs, maker, host }) =>
    ((await maker.preflight?.(inputs, host)) ?? []).map((said): Forecast => ({ ...said, address })),
  )
  return (await Promise.all(asked)).flat()
}

/**
 * Looks again at what the images of a saved plan are made of, as far as they are not made yet.
 * @throws Stop with exit code 5 that names each image whose source is not what it was.
 */
export const checkSources = async (invocation: Invocation, plan: Plan, state: State): Promise<void> => {
  const versions = await versionsOf(invocation, toMake(plan, state))
  const checks = versions.map(async ({ address, inputs, maker, host }) => {
    const { digest, diagnostics } = await maker.identify({ ...inputs.config, format: inputs.format }, host)
    return digest === inputs.digest
      ? []
      : [digest === null ? `the source of ${address}: ${whyOf(diagnostics)}` : `the source of ${address} changed`]
  })
  const changed = (await Promise.all(checks)).flat()
  if (changed.length === 0) return
  const detail = `Since the plan was made: ${changed.join('; ')}. Nothing was done. Plan again and review that.`
  throw new Stop(5, [problem('FORGE6012', 'An input of the saved plan changed', detail)])
}

interface Version {
  readonly address: Made['address']
  readonly inputs: ImageInputs
  readonly maker: ImageMaker
  readonly host: ImageHost
}

const versionsOf = async (invocation: Invocation, plan: Plan): Promise<readonly Version[]> => {
  const units = new Map(plan.desired.units.map((unit) => [unit.name, unit]))
  const isVersion = (change: Change): change is Made =>
    change.action === 'create' && units.get(unitOf(change.address))?.shape.kind === 'versions'
  const made = plan.changes.filter(isVersion)
  if (made.length === 0) return []
  const { images } = await pluginsFor(plan.desired, null, invocation.directory)
  const host = imageHost(invocation)
  return made.flatMap(({ address, inputs }) => {
    const of = inputs as unknown as ImageInputs
    const maker = images.get(of.plugin)
    return maker === undefined ? [] : [{ address, inputs: of, maker, host }]
  })
}

const whyOf = (diagnostics: readonly Diagnostic[]): string =>
  diagnostics.find(({ severity }) => severity === 'error')?.detail.replace(/\.$/, '') ?? 'it cannot be read'
