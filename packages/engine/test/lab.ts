import type {
  Address,
  Catalog,
  Desired,
  Event,
  Gate,
  Heal,
  Health,
  Journal,
  Lineage,
  Observed,
  Output,
  Plan,
  Policy,
  RemoteId,
  SecretSource,
  Shape,
  StackName,
  State,
  Step,
  StepId,
  Unit,
  UnitName,
  Update,
  ValueMap,
} from '@forgeplan/model'
import { cautious, lineage, normaliseObject, stackName } from '@forgeplan/model'
import type { PlanOptions } from '@forgeplan/planner'
import { plan } from '@forgeplan/planner'
import type { Flavor, Provider } from '@forgeplan/sdk'
import { MemoryJournal, sim, simFlavor, simMachine, VirtualClock, World } from '../../testkit/src/index.ts'
import type { Clock, ExecuteRequest, OpenWorlds, RunHandle, RunOutcome } from '../src/index.ts'
import { execute, observe, openWorlds, sha256 } from '../src/index.ts'

export const ours: Lineage = lineage('11111111-1111-4111-8111-111111111111')
export const stack: StackName = stackName('lab')

interface UnitOptions {
  readonly size?: number
  readonly inputs?: ValueMap
  readonly policy?: Partial<Policy>
  readonly dependsOn?: readonly string[]
  readonly flavor?: ValueMap
  readonly healthTimeoutMs?: number
  readonly heal?: Heal
  readonly update?: Partial<Update>
}

/** A unit with an image; a group of `size` members, or a lone instance. */
export const unit = (name: string, options: UnitOptions = {}): Unit => {
  const shape: Shape = name.startsWith('group.') ? { kind: 'sized', size: options.size ?? 3 } : { kind: 'single' }
  return {
    name: name as UnitName,
    shape,
    type: simMachine.name,
    provider: 'local',
    inputs: normaliseObject(simMachine.inputs, { image: 'a', ...options.inputs }),
    flavor: options.flavor === undefined ? null : { name: 'f', plugin: 'simflavor', config: options.flavor },
    policy: { preventDestroy: false, onDestroy: 'destroy', ignoreChanges: [], ...options.policy },
    dependsOn: (options.dependsOn ?? []) as readonly UnitName[],
    healthTimeoutMs: options.healthTimeoutMs ?? 300_000,
    update: { ...cautious(options.healthTimeoutMs ?? 300_000), ...options.update },
    heal: options.heal ?? null,
  }
}

let worlds = 0

/** One world, one journal and one clock, and the commands of a user. */
export class Lab implements Disposable {
  readonly world = new World({ name: `engine-${process.pid}-${worlds++}` })
  readonly clock = new VirtualClock()
  readonly journal = new MemoryJournal(stack)
  readonly stop = new AbortController()
  readonly abort = new AbortController()
  secrets: Readonly<Record<string, string>> = {}
  provider: Provider = sim
  flavor: Flavor = simFlavor
  settings: ValueMap = {}

  get state(): State {
    return this.journal.state()
  }

  [Symbol.dispose](): void {
    this.world[Symbol.dispose]()
  }

  desired(units: readonly Unit[], more: { readonly outputs?: readonly Output[] } = {}): Desired {
    return {
      stack,
      providers: [{ name: 'local', plugin: 'sim', settings: { world: this.world.name, ...this.settings } }],
      units,
      outputs: more.outputs ?? [],
      moved: [],
      maxDestroy: { kind: 'share', percent: 100 },
      requires: [],
    }
  }

  open(desired: Desired, state: State): Promise<OpenWorlds> {
    const catalog: Catalog = {
      providers: new Map([['sim', this.provider]]),
      flavors: new Map([['simflavor', this.flavor]]),
      images: new Map(),
    }
    return openWorlds({
      desired,
      state,
      catalog,
      providers: new Map([['sim', this.provider]]),
      flavors: new Map([['simflavor', this.flavor]]),
      resolver: this.resolver,
      host: { directory: '/', signal: this.abort.signal },
    })
  }

  readonly resolver = {
    secret: async (source: SecretSource): Promise<string> => {
      const text = this.secrets[source]
      if (text === undefined) throw new Error(`${source} is not set.`)
      return text
    },
  }

  /** What the flavors say now, by address. */
  async survey(desired: Desired, signal: AbortSignal = new AbortController().signal): Promise<Readonly<Record<string, Health>>> {
    const state = this.state
    await using open = await this.open(desired, state)
    const { health } = await observe({ desired, state, worlds: open, clock: this.clock, signal, survey: true, resolver: this.resolver })
    return Object.fromEntries([...health].map(([uid, said]) => [String(state.rows.get(uid)?.address), said]))
  }

  observe(desired: Desired, state: State, open: OpenWorlds, clock: Clock = this.clock): Promise<Observed> {
    return observe({ desired, state, worlds: open, clock, signal: new AbortController().signal, survey: false, resolver: this.resolver })
  }

  async plan(desired: Desired, options: Partial<PlanOptions> = {}): Promise<Plan> {
    const state = this.state
    await using open = await this.open(desired, state)
    return this.planFrom(desired, { state, observed: await this.observe(desired, state, open), catalog: open.catalog }, options)
  }

  planFrom(
    desired: Desired,
    seen: { readonly state: State; readonly observed: Observed; readonly catalog: Catalog },
    options: Partial<PlanOptions> = {},
  ): Plan {
    const all: PlanOptions = { mode: 'normal', targets: [], replace: [], maxDestroy: null, acceptVanished: 1000, ...options }
    const checked = plan({ desired, places: new Map(), ...seen, options: all, hash: sha256, tool: 1 })
    if (!checked.ok) throw new Error(JSON.stringify(checked.problems))
    if (checked.value.refusals.length > 0) throw new Error(JSON.stringify(checked.value.refusals))
    return checked.value
  }

  /** Starts a run of `plan`; the caller's way to watch and interrupt it. */
  start(plan: Plan, open: OpenWorlds, more: Starting = {}): RunHandle {
    return execute({
      plan,
      state: this.state,
      lineage: ours,
      worlds: open,
      journal: more.journal ?? this.journal,
      clock: more.clock ?? this.clock,
      signals: { stop: this.stop.signal, abort: this.abort.signal },
      resolver: this.resolver,
      ...(more.ask === undefined ? {} : { ask: more.ask }),
      options: { parallelism: more.parallelism ?? 10, command: 'apply', approved: more.approved ?? new Set(), random: () => 0.5 },
      ...(more.observed === undefined ? {} : { observed: more.observed }),
    })
  }

  async perform(plan: Plan, more: Starting = {}): Promise<Performed> {
    await using open = await this.open(plan.desired, this.state)
    const run = this.start(plan, open, more)
    const events: Event[] = []
    for await (const event of run) events.push(event)
    return { ...(await run.result), events }
  }

  /** What `forge apply` does: open, look, plan, perform. */
  async apply(desired: Desired, more: Starting & { readonly options?: Partial<PlanOptions> } = {}): Promise<Performed> {
    const state = this.state
    await using open = await this.open(desired, state)
    const observed = await this.observe(desired, state, open, more.clock)
    const planned = this.planFrom(desired, { state, observed, catalog: open.catalog }, more.options)
    const run = this.start(planned, open, { ...more, observed })
    const events: Event[] = []
    for await (const event of run) events.push(event)
    return { ...(await run.result), events }
  }

  /** Addresses in the world, in order, by their genuine marks. */
  standing(): readonly string[] {
    return this.world
      .objects()
      .map((object) => String((object.mark as { readonly address?: string } | null)?.address))
      .toSorted()
  }
}

export interface Starting {
  readonly approved?: ReadonlySet<string>
  readonly ask?: ExecuteRequest['ask']
  readonly parallelism?: number
  readonly journal?: Journal
  readonly clock?: Clock
  readonly observed?: Observed
}

export interface Performed extends RunOutcome {
  readonly events: readonly Event[]
}

export const web1 = 'group.web/1' as Address

/** A gate of `group.web` that asks its members once. */
export const gateStep = (name: string, members: readonly Address[], more: Partial<Gate> = {}, after: readonly string[] = []): Step => ({
  id: `gate:${name}` as StepId,
  kind: 'gate',
  after: after as readonly StepId[],
  gate: {
    unit: 'group.web' as UnitName,
    members,
    failures: 0,
    alive: null,
    pass: { kind: 'checks', checks: 1, intervalMs: 1000 },
    deadlineMs: 60_000,
    ask: false,
    ...more,
  },
})

/** The id of the machine at that address. */
export const idAt = (lab: Lab, address: string): RemoteId => {
  const row = [...lab.state.rows.values()].find((one) => one.address === address)
  if (row?.id == null) throw new Error(`Nothing stands at ${address}.`)
  return row.id
}

/** What happened to steps, in order: `step-done create:group.web/1`. */
export const told = (events: readonly Event[]): readonly string[] =>
  events.flatMap((event) =>
    'step' in event && /passed|stopped|asking|succeeded|failed|skipped/.test(event.kind) ? [`${event.kind} ${event.step}`] : [],
  )
