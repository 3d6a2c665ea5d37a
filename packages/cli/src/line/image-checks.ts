import type { Address, Change, Diagnostic, ImageInputs, Plan, State } from '@forgeplan/model'
import { codes, unitOf, versionLength, versionOf } from '@forgeplan/model'
import type { Forecast, ImageHost, ImageMaker } from '@forgeplan/sdk'
import { imageHost } from '../inputs/image-host.ts'
import type { Invocation } from '../invocation.ts'
import { problem, Stop } from '../stop.ts'
import { toMake } from './to-make.ts'
import { pluginsFor } from './worlds.ts'

type Made = Extract<Change, { readonly action: 'create' }>

/** What keeps the versions of images that a plan makes from being made here. */
export const askMakers = async (invocation: Invocation, plan: Plan): Promise<readonly Forecast[]> => {
  const asked = (await versionsOf(invocation, plan)).map(async (version): Promise<readonly Forecast[]> => {
    const { address, inputs, maker, host } = version
    const change = await changeOf(version)
    if (change !== null) return [{ severity: 'error', code: 'FORGE5020', summary: codes.FORGE5020.title, detail: lost(change), address }]
    return ((await maker.preflight?.(inputs, host)) ?? []).map((said): Forecast => ({ ...said, address }))
  })
  return (await Promise.all(asked)).flat()
}

// A plan that goes back to an earlier run finds the sources of today.
const lost = (change: string): string =>
  `It has to be made again, and its source is not what it was made of then: ${change}. Put the source back, or plan for what there is now.`

/**
 * Looks again at what the images of a saved plan are made of, as far as they are not made yet, and at those of which it
 * removes versions.
 * @throws Stop with exit code 5 that names each image whose source is not what it was, or is what would be removed.
 */
export const checkSources = async (invocation: Invocation, plan: Plan, state: State): Promise<void> => {
  const versions = await versionsOf(invocation, toMake(plan, state))
  const changes = await Promise.all([...versions.map(changeOf), ...(await surplusOf(invocation, plan)).map(returnOf)])
  const changed = changes.filter((change) => change !== null)
  if (changed.length === 0) return
  const detail = `Since the plan was made: ${changed.join('; ')}. Nothing was done. Plan again and review that.`
  throw new Stop(5, [problem('FORGE6012', 'An input of the saved plan changed', detail)])
}

/** What became of the source of a version, in a few words; null: it is what it was. */
const changeOf = async ({ address, inputs, maker, host }: Version): Promise<string | null> => {
  const { digest, diagnostics } = await maker.identify({ ...inputs.config, format: inputs.format }, host)
  if (digest === inputs.digest) return null
  return digest === null ? `the source of ${address}: ${whyOf(diagnostics)}` : `the source of ${address} changed`
}

/** Whether a version that is removed is what its source holds by now, in a few words; null: it is not. */
const returnOf = async ({ address, inputs, maker, host }: Version): Promise<string | null> => {
  const { digest } = await maker.identify({ ...inputs.config, format: inputs.format }, host)
  return digest?.slice(0, versionLength) === versionOf(address)
    ? `${address}, which the plan removes, is what its source holds again`
    : null
}

interface Version {
  readonly address: Address
  readonly inputs: ImageInputs
  readonly maker: ImageMaker
  readonly host: ImageHost
}

const versionsOf = (invocation: Invocation, plan: Plan): Promise<readonly Version[]> => {
  const units = new Map(plan.desired.units.map((unit) => [unit.name, unit]))
  const isVersion = (change: Change): change is Made =>
    change.action === 'create' && units.get(unitOf(change.address))?.shape.kind === 'versions'
  return withMakers(invocation, plan, plan.changes.filter(isVersion))
}

// Versions that go since there are newer ones, with the inputs of the wanted one.
const surplusOf = (invocation: Invocation, plan: Plan): Promise<readonly Version[]> => {
  const units = new Map(plan.desired.units.map((unit) => [unit.name, unit]))
  const surplus = plan.changes.flatMap((change) => {
    const unit = units.get(unitOf(change.address))
    const isSurplus = change.action === 'delete' && change.reason.kind === 'superseded' && unit?.shape.kind === 'versions'
    return isSurplus ? [{ address: change.address, inputs: unit.inputs }] : []
  })
  return withMakers(invocation, plan, surplus)
}

const withMakers = async (
  invocation: Invocation,
  plan: Plan,
  versions: readonly Pick<Made, 'address' | 'inputs'>[],
): Promise<readonly Version[]> => {
  if (versions.length === 0) return []
  const { images } = await pluginsFor(plan.desired, null, invocation.directory)
  const host = imageHost(invocation)
  return versions.flatMap(({ address, inputs }) => {
    const of = inputs as unknown as ImageInputs
    const maker = images.get(of.plugin)
    return maker === undefined ? [] : [{ address, inputs: of, maker, host }]
  })
}

const whyOf = (diagnostics: readonly Diagnostic[]): string =>
  diagnostics.find(({ severity }) => severity === 'error')?.detail.replace(/\.$/, '') ?? 'it cannot be read'
