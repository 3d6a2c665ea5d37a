import type { Address, FlavorUse, PlainMap, ResourceType, Row, Uid, Unit } from '@forgeplan/model'
import { groupUnit, memberOf, normaliseObject, unitOf } from '@forgeplan/model'
import { memberName, ordinalOf } from '@forgeplan/planner'
import type { Flavor, Guest, MemberHandle } from '@forgeplan/sdk'
import { calling } from './calls.ts'
import { deadlines } from './deadlines.ts'
import { StepFailure } from './errors.ts'
import { misfit } from './fits.ts'
import type { Sources } from './resolve.ts'
import { resolveMap } from './resolve.ts'
import type { At, Run } from './run.ts'
import { unitAt } from './run.ts'

/** Where the late values of one member come from. `flavor` null: nothing can be asked of one. */
export const sourcesFor = (run: Run, address: Address): Sources => ({
  secret: (source) => run.resolver.secret(source),
  output: (of) => run.ledger.rowAt(of)?.outputs,
  members: (group) => run.ledger.members(groupUnit(group)).map((row) => row.outputs),
  member: {
    id: memberOf(address) ?? address.slice(address.indexOf('.') + 1),
    name: memberName(run.plan.stack, address),
    address,
    ordinal: ordinalOf(run.units.get(unitOf(address)), address, 0),
  },
})

/**
 * The inputs of one object as its provider gets them: every late value fetched, normalised, checked against the
 * schema. Secrets are in clear text: it goes into the call only.
 * @throws StepFailure `invalid` when something is not there or does not fit.
 */
export const inputsOf = async (at: At, type: ResourceType, inputs: Unit['inputs'], uid: Uid): Promise<PlainMap> => {
  const resolved = await resolveMap(inputs, { ...sourcesFor(at.run, at.address), runtime: (name) => runtimeSecret(at, name, uid) })
  const normal = normaliseObject(type.inputs, resolved) as PlainMap
  const wrong = misfit(type.inputs, normal)
  // The value itself is not shown: it may be a secret.
  if (wrong !== null)
    throw new StepFailure('invalid', `The field "${wrong}" of ${at.address} does not fit its type, now that its value is known.`)
  return normal
}

const runtimeSecret = async (at: At, name: string, uid: Uid): Promise<string> => {
  const { run, address } = at
  const use = unitAt(run, address).flavor
  const flavor = use === null ? undefined : run.worlds.flavors.get(use.plugin)
  if (use === null || flavor?.runtime === undefined)
    throw new StepFailure('internal', `Nothing provides the value "${name}" that ${address} needs.`)
  const config = await flavorConfig(run, use, address)
  const member = handleFor(run, { address, uid, outputs: {} }, null)
  const text: unknown = await calling(at, { ms: deadlines.runtime, uid: null }, async (call) =>
    flavor.runtime?.(name, config, member, call),
  )
  if (typeof text !== 'string')
    throw new StepFailure('internal', `The flavor ${use.name} gave no text for "${name}", which is a bug in it.`)
  run.redactor.add(text)
  return text
}

/** A flavor's configuration with every late value fetched. */
export const flavorConfig = (run: Run, use: FlavorUse, address: Address): Promise<PlainMap> =>
  resolveMap(use.config, sourcesFor(run, address))

/** A member as its flavor sees it. */
export const handleFor = (run: Run, member: Pick<Row, 'address' | 'uid' | 'outputs'>, guest: Guest | null): MemberHandle => ({
  address: member.address,
  uid: member.uid,
  outputs: member.outputs,
  guest,
  peers: (group) => run.ledger.members(groupUnit(group)).map((row) => ({ address: row.address, outputs: row.outputs })),
})

/** The flavor of a row's unit, as it was when the row was last applied; null if there is none. */
export const flavorOf = (run: Run, row: Row): { readonly use: FlavorUse; readonly flavor: Flavor } | null => {
  const use = run.ledger.context(row.context)?.flavor ?? null
  const flavor = use === null ? undefined : run.worlds.flavors.get(use.plugin)
  return use === null || flavor === undefined ? null : { use, flavor }
}
