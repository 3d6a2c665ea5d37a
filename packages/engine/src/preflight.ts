import type { Address, Context, Plan, State, TypeName } from '@forgeplan/model'
import { ownerOf } from '@forgeplan/model'
import type { Forecast, Touched, Wanted } from '@forgeplan/sdk'
import type { Clock } from './clock.ts'
import { deadlines } from './deadlines.ts'
import { takeDiagnostics } from './hostile.ts'
import { runsInside } from './inside.ts'
import type { Reader } from './reading.ts'
import { cannotRead, reading, settleAll } from './reading.ts'
import type { Redactor } from './redact.ts'
import { joined } from './signals.ts'
import { knownInputs, lateFields, touchedBy } from './touched.ts'
import type { Worlds } from './worlds.ts'

export interface PreflightRequest {
  readonly plan: Plan
  readonly state: Pick<State, 'rows' | 'contexts'>
  readonly worlds: Worlds
  readonly clock: Clock
  readonly signal: AbortSignal
}

/**
 * What providers can tell beforehand about the objects that the plan will make, and about those that it touches: names,
 * capacity, privileges. Touches nothing. @throws EngineError when a provider cannot say.
 */
export const preflight = async (request: PreflightRequest): Promise<readonly Forecast[]> => {
  const reader: Reader = { clock: request.clock, stops: [joined([request.signal])] }
  const asked = await settleAll([...byType(request).values()].map((batch) => ask(batch, request, reader)))
  return asked.flat()
}

interface Batch {
  readonly provider: string
  readonly type: TypeName
  readonly wanted: Wanted[]
  readonly touched: Touched[]
}

const byType = ({ plan, state, worlds: { flavors } }: PreflightRequest): ReadonlyMap<string, Batch> => {
  const batches = new Map<string, Batch>()
  const batchOf = (provider: string, type: TypeName): Batch => {
    const key = `${provider} ${type}`
    const batch = batches.get(key) ?? { provider, type, wanted: [], touched: [] }
    batches.set(key, batch)
    return batch
  }
  const later = standingLater(plan)
  const drained = new Set(plan.steps.flatMap((step) => (step.kind === 'drain' ? [step.address] : [])))
  for (const change of plan.changes) {
    const after = 'context' in change ? plan.contexts[change.context] : undefined
    const touched = touchedBy(change, state)
    if (touched !== null) {
      const { object, context: before } = touched
      const uses = touchesGuest(object, { before, after, flavors, isDrained: drained.has(change.address) })
      batchOf(before.provider.name, change.type).touched.push(uses ? { ...object, usesGuest: true } : object)
    }
    if (change.action !== 'create' && change.action !== 'replace') continue
    // A part stands with its machine.
    if (later.has(ownerOf(change.address)) || after === undefined) continue
    const { address, inputs } = change
    const wanted = { address, inputs: knownInputs(inputs), late: lateFields(inputs) }
    const uses = runsInside(address, after, { flavors, work: ['health', 'joined'] })
    batchOf(after.provider.name, change.type).wanted.push(uses ? { ...wanted, usesGuest: true } : wanted)
  }
  return batches
}

interface Settings {
  readonly before: Context
  readonly after: Context | undefined
  readonly flavors: Worlds['flavors']
  readonly isDrained: boolean
}

const touchesGuest = ({ address, work }: Touched, { before, after, flavors, isDrained }: Settings): boolean => {
  const isAsked = after !== undefined && runsInside(address, after, { flavors, work: ['health'] })
  // Its flavor of before takes it out of service.
  const drains = isDrained && runsInside(address, before, { flavors, work: ['drain'] })
  switch (work) {
    case 'update':
      return isAsked
    case 'restart':
      return isAsked || drains
    case 'delete':
      return drains
    case 'mark':
      return false
    default:
      return work satisfies never
  }
}

// Create-first, a wave's successors come after the members of the wave before have gone: room for the largest is enough.
const standingLater = ({ rolls, changes }: Plan): ReadonlySet<Address> => {
  // One of an earlier run stands already.
  const coming = new Set(changes.flatMap(({ action, address }) => (action === 'create' ? [address] : [])))
  return new Set(
    rolls.flatMap(({ waves }) => {
      const crowds = waves.map(({ successors }) => successors.filter((address) => coming.has(address)))
      const largest = crowds.reduce((most, crowd) => (crowd.length > most.length ? crowd : most), [])
      return crowds.flatMap((crowd) => (crowd === largest ? [] : crowd))
    }),
  )
}

const ask = async (
  { provider, type, wanted, touched }: Batch,
  { worlds }: PreflightRequest,
  reader: Reader,
): Promise<readonly Forecast[]> => {
  const handler = worlds.sessions.get(provider)?.handlers.get(type)
  if (handler?.preflight === undefined) return []
  try {
    const said = await reading(reader, `The provider ${provider}`, deadlines.observe, async (call) =>
      takeDiagnostics(await handler.preflight?.(wanted, call, touched)),
    )
    return said.map((diagnostic) => redactDiagnostic(diagnostic, worlds.redactor))
  } catch (error) {
    throw cannotRead(error, provider, type, worlds.redactor)
  }
}

const redactDiagnostic = (said: Forecast, redactor: Redactor | undefined): Forecast =>
  redactor === undefined ? said : { ...said, summary: redactor.text(said.summary), detail: redactor.text(said.detail) }
