import type {
  Address,
  Context,
  ContextId,
  Desired,
  JournalEntry,
  Lineage,
  Phase,
  PlainMap,
  ProviderUse,
  Row,
  State,
  Uid,
  ValueMap,
} from '@forgeplan/model'
import { compareAddress, findType, memberAddress, planId, stepId, unitOf } from '@forgeplan/model'
import type { Wanted } from '@forgeplan/planner'
import { addressAfter, contextIdOf, contextOf, specDigest, wantedAt } from '@forgeplan/planner'
import type { Clock } from './clock.ts'
import { EngineError, problem } from './errors.ts'
import { sha256 } from './identity.ts'
import type { Reader } from './reading.ts'
import type { Met } from './sweep.ts'
import { joined } from './signals.ts'
import { sweepAll } from './sweep.ts'
import type { Worlds } from './worlds.ts'
import { usesOf } from './worlds.ts'

export interface RecoverRequest {
  readonly desired: Desired
  /** What is left of the state; rows that it holds are kept. */
  readonly state: State
  readonly worlds: Worlds
  readonly clock: Clock
  readonly signal: AbortSignal
}

/**
 * The entries that rebuild rows from the marks in the world, for one append; empty when no object waits for it. Copies
 * are left out; an object that cannot be read is taken in by its mark alone. Recovered rows keep the mark's
 * `specDigest`: where it equals that of the configuration, nothing has changed since it was written.
 * @throws EngineError when the marks contradict each other or a world cannot be read.
 */
export const recover = async (request: RecoverRequest): Promise<readonly JournalEntry[]> => {
  const { state, clock, signal } = request
  const reader: Reader = { clock, stops: [joined([signal])] }
  const marked = (await sweepAll(request, reader)).filter(isGenuine)
  const lineage = oneLineage(request, marked)
  const lost = marked.filter(({ found }) => !state.rows.has(found.mark.uid))
  assertSingle(lost)
  if (lineage === null || lost.length === 0) return []
  const founded: readonly JournalEntry[] = state.lineage === null ? [{ kind: 'founded', lineage, stack: state.stack, at: clock.now() }] : []
  const found = placed(request, lost)
  // A mark keeps the address of before a rename: what is wanted of its object stands at the new one.
  const after = (address: Address): Address => addressAfter(request.desired.moved, address)
  const wanted = wantedAt(request.desired, request.worlds.catalog, addressesOf(request, found).map(after))
  const rebuilt = found.map((at) => rebuild(request, at, at.address === null ? undefined : wanted.get(after(at.address))))
  const contexts = new Map(rebuilt.map(({ row, context }) => [row.context, context]))
  const fresh = [...contexts]
    .filter(([id]) => !state.contexts.has(id))
    .map(([id, context]): JournalEntry => ({ kind: 'context', id, context }))
  return [...founded, ...fresh, ...rebuilt.map(({ row }): JournalEntry => ({ kind: 'recovered', row }))]
}

// A member's number depends on its siblings, those that the state still knows included.
const addressesOf = ({ state }: RecoverRequest, found: readonly Placed[]): readonly Address[] => [
  ...[...state.rows.values()].flatMap((row) => (row.phase.kind === 'released' ? [] : [row.address])),
  ...found.flatMap(({ address }) => (address === null ? [] : [address])),
]

// What cannot be read is claimed too: its generation must not be given out again, and the next plan refuses to touch it.
const isGenuine = ({ found: { observation } }: Met): boolean =>
  observation.kind === 'present' || observation.kind === 'detached' || observation.kind === 'pending' || observation.kind === 'unreadable'

const oneLineage = ({ state }: RecoverRequest, marked: readonly Met[]): Lineage | null => {
  const lineages = [
    ...new Set([...(state.lineage === null ? [] : [state.lineage]), ...marked.map(({ found }) => found.mark.lineage)]),
  ].toSorted()
  if (lineages.length <= 1) return lineages[0] ?? null
  const detail = `Objects of the stack ${state.stack} belong to ${lineages.length} lineages: ${lineages.join(', ')}. A state has exactly one, so forge cannot tell which to rebuild.`
  throw new EngineError([problem('FORGE5003', 'The marks in the world contradict each other', detail)])
}

const assertSingle = (lost: readonly Met[]): void => {
  const seen = new Map<Uid, Met>()
  for (const met of lost) {
    const twin = seen.get(met.found.mark.uid)
    seen.set(met.found.mark.uid, met)
    if (twin === undefined) continue
    const detail = `Two objects claim to be ${met.found.mark.address} (${met.found.mark.uid}), met through the providers ${twin.provider} and ${met.provider}. Remove the mark of the one that is not yours.`
    throw new EngineError([problem('FORGE5003', 'The marks in the world contradict each other', detail)])
  }
}

interface Placed {
  readonly met: Met
  /** Null: its address is another's now. */
  readonly address: Address | null
}

// An address in a mark is a hint. Where two claim one, the younger has it: the other moved before it was used again.
const placed = ({ desired, state }: RecoverRequest, lost: readonly Met[]): readonly Placed[] => {
  const held = new Set<Address>([...state.rows.values()].flatMap((row) => (row.phase.kind === 'released' ? [] : [row.address])))
  const youngestFirst = lost.toSorted((a, b) => b.found.mark.generation - a.found.mark.generation)
  const [sure, moved] = [[] as Placed[], [] as Met[]]
  for (const met of youngestFirst) {
    if (held.has(met.found.mark.address)) moved.push(met)
    else {
      held.add(met.found.mark.address)
      sure.push({ met, address: met.found.mark.address })
    }
  }
  const rest = moved.map((met) => ({ met, address: freeAddress(desired, met.found.mark.address, held) }))
  return [...sure, ...rest].toSorted((a, b) => compareAddress(a.met.found.mark.address, b.met.found.mark.address))
}

// A member of a sized group is as good at any ordinal; anything else keeps its row without an address, for a person to decide.
const freeAddress = (desired: Desired, hint: Address, held: Set<Address>): Address | null => {
  const unit = desired.units.find(({ name }) => name === unitOf(hint))
  if (unit?.shape.kind !== 'sized' || !hint.startsWith('group.')) return null
  for (let ordinal = 1; ; ordinal++) {
    const address = memberAddress(unit.name, String(ordinal))
    if (held.has(address)) continue
    held.add(address)
    return address
  }
}

interface Rebuilt {
  readonly row: Omit<Row, 'version'>
  readonly context: Context
}

const rebuild = (request: RecoverRequest, { met, address }: Placed, wanted: Wanted | undefined): Rebuilt => {
  const { worlds } = request
  const { mark, observation, type } = met.found
  const context = contextFor(request, address ?? mark.address, met.provider, wanted?.retain === true)
  const contextId = contextIdOf(context, sha256)
  const row = {
    uid: mark.uid,
    generation: mark.generation,
    address: address ?? mark.address,
    phase: phaseOf(met, address, contextId),
    type,
    typeVersion: findType(worlds.catalog, type)?.version ?? 1,
    realm: (worlds.sessions.get(met.provider) as { readonly realm: Row['realm'] }).realm,
    context: contextId,
    id: 'id' in observation ? observation.id : null,
    inputs: inputsOf(met, wanted),
    outputs: observation.kind === 'present' ? observation.outputs : {},
    specDigest: mark.specDigest,
    resolved: {},
  }
  return { row, context }
}

// Equal digests: nothing has changed since the mark was written, so what cannot be read back is known all the same.
const inputsOf = ({ found: { mark, observation } }: Met, wanted: Wanted | undefined): ValueMap => {
  if (wanted !== undefined && specDigest(wanted.inputs, sha256) === mark.specDigest) return wanted.inputs
  return observation.kind === 'present' ? (observation.inputs as PlainMap) : {}
}

const phaseOf = ({ found: { observation } }: Met, address: Address | null, context: ContextId): Phase => {
  if (address === null) return { kind: 'released', why: 'removed-from-state' }
  if (observation.kind !== 'pending') return { kind: 'live' }
  const began = {
    verb: 'create',
    plan: planId(''),
    step: stepId('recover', address),
    at: observation.since,
    handle: observation.handle,
    inputs: {},
    context,
  } as const
  return { kind: 'creating', began }
}

const contextFor = (request: RecoverRequest, address: Address, provider: string, retain: boolean): Context => {
  const { desired } = request
  const unit = desired.units.find(({ name }) => name === unitOf(address))
  if (unit !== undefined && unit.provider === provider) return contextOf(desired, unit, retain)
  const policy = unit?.policy ?? { preventDestroy: false, onDestroy: 'keep', ignoreChanges: [] }
  return {
    unit: unitOf(address),
    provider: useOf(request, provider),
    flavor: unit?.flavor ?? null,
    policy: retain ? { ...policy, onDestroy: 'keep' } : policy,
    dependsOn: unit?.dependsOn ?? [],
  }
}

const useOf = (request: RecoverRequest, provider: string): ProviderUse => {
  const use = usesOf(request).get(provider)
  if (use !== undefined) return use
  throw new EngineError([problem('FORGE5001', 'A provider cannot be opened', `Nothing says how to open the provider ${provider} again.`)])
}
