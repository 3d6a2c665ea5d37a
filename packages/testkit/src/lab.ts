import type { Catalog, Desired, Event, Journal, Lineage, Observed, Places, Plan, State } from '@forgeplan/model'
import { stackName } from '@forgeplan/model'
import { decode, expand, parse } from '@forgeplan/config'
import type { ExecuteRequest, OpenWorlds, RunOutcome } from '@forgeplan/engine'
import { execute, observe, openWorlds, recover, sha256 } from '@forgeplan/engine'
import type { PlanOptions } from '@forgeplan/planner'
import { plan as makePlan } from '@forgeplan/planner'
import type { Flavor, Provider } from '@forgeplan/sdk'
import type { Clock } from './clock.ts'
import type { Crash } from './crash.ts'
import type { Given } from './lab-inputs.ts'
import { inputsOf, lineageOf, resolverOf, whole } from './lab-inputs.ts'
import { MemoryJournal } from './memory-journal.ts'
import { simFlavor, simSerial } from './sim-flavor.ts'
import { sim } from './sim.ts'
import { VirtualClock } from './virtual-clock.ts'
import { World } from './world.ts'

export interface LabOptions {
  /** A world that other labs share; a new one named `lab` if absent. */
  readonly world?: World
  /** What a first apply founds; derived from the world's name if absent. */
  readonly lineage?: Lineage
  /** Further plugins; `sim`, `simflavor` and `simserial` are always there. */
  readonly providers?: readonly Provider[]
  readonly flavors?: readonly Flavor[]
}

export interface ApplyOptions extends Partial<PlanOptions> {
  /** A saved plan; a new one is made if absent. */
  readonly plan?: Plan
  readonly parallelism?: number
  /** Names of gates that a person has approved. */
  readonly approved?: ReadonlySet<string>
  /** Who is asked at other gates that want it; nobody if absent. */
  readonly ask?: ExecuteRequest['ask']
  /** First and second Ctrl-C. */
  readonly stop?: AbortSignal
  readonly abort?: AbortSignal
}

export interface Applied {
  readonly plan: Plan
  readonly outcome: RunOutcome
  readonly events: readonly Event[]
}

/** The parts of one process: they die with it. */
interface Process {
  readonly clock: Clock
  readonly journal: Journal
}

const never = new AbortController().signal
const normal: PlanOptions = { mode: 'normal', targets: [], replace: [], maxDestroy: null, acceptVanished: null }

/** One clone of a repository with its state, over a simulated world: the shortest road from a text to machines. */
export class Lab implements Disposable {
  readonly world: World
  readonly lineage: Lineage
  readonly catalog: Catalog
  clock = new VirtualClock()
  journal = new MemoryJournal(stackName('lab'))
  readonly #providers: ReadonlyMap<string, Provider>
  readonly #flavors: ReadonlyMap<string, Flavor>
  #given: Given = {}
  #configured: { readonly desired: Desired; readonly places: Places } | null = null

  constructor(options: LabOptions = {}) {
    this.world = options.world ?? new World({ name: 'lab' })
    this.lineage = options.lineage ?? lineageOf(this.world.name)
    this.#providers = new Map([sim, ...(options.providers ?? [])].map((one) => [one.name, one]))
    this.#flavors = new Map([simFlavor, simSerial, ...(options.flavors ?? [])].map((one) => [one.name, one]))
    this.catalog = { providers: this.#providers, flavors: this.#flavors, images: new Map() }
  }

  [Symbol.dispose](): void {
    this.world[Symbol.dispose]()
  }

  /** What the text wants, from now on. @throws LabProblems with everything that is wrong with it. */
  configure(text: string, given: Given = {}): Desired {
    const document = whole(parse([{ file: 'forge.yaml', text }]))
    const configured = whole(expand(whole(decode(document, this.catalog, inputsOf(given)))))
    if (this.journal.records.length === 0) this.journal = new MemoryJournal(configured.desired.stack)
    this.#configured = configured
    this.#given = given
    return configured.desired
  }

  state(): State {
    return this.journal.state()
  }

  /** Loses the database, as deleting its file does. */
  loseState(): void {
    this.journal = new MemoryJournal(this.desired.stack)
  }

  get desired(): Desired {
    return this.#wanted().desired
  }

  observe(): Promise<Observed> {
    return this.#connected((worlds) => this.#look(worlds, this.clock))
  }

  /** @throws LabProblems when there is no plan. */
  plan(options: Partial<PlanOptions> = {}): Promise<Plan> {
    return this.#connected(async (worlds) => this.#planOn(await this.#look(worlds, this.clock), options))
  }

  /** Plans and applies, or applies the given plan. Honours no refusal and asks nobody: that is the command's part. */
  apply(options: ApplyOptions = {}): Promise<Applied> {
    return this.#apply(this, options)
  }

  /** `apply` in a process that is killed at the crash's boundary: what it applied, or the name of the boundary. */
  async applyUntil(crash: Crash, options: ApplyOptions = {}): Promise<Applied | string> {
    const { interceptors } = this.world
    interceptors.unshift(crash.interceptor)
    try {
      const run = this.#apply({ clock: crash.clock(this.clock), journal: crash.journal(this.journal) }, options)
      return await Promise.race([crash.crashed, run])
    } finally {
      interceptors.splice(interceptors.indexOf(crash.interceptor), 1)
      // Who sleeps in the dead process must not move the next one's time.
      this.clock = new VirtualClock(this.clock.now())
    }
  }

  /** Rebuilds the rows from the marks in the world. */
  recover(): Promise<void> {
    return this.#connected(async (worlds) => {
      const request = { desired: this.desired, state: this.state(), worlds, clock: this.clock, signal: new AbortController().signal }
      const entries = await recover(request)
      if (entries.length > 0) await this.journal.append(entries)
    })
  }

  #wanted(): { readonly desired: Desired; readonly places: Places } {
    if (this.#configured === null) throw new Error('The lab has no configuration yet: call configure first.')
    return this.#configured
  }

  async #connected<T>(work: (worlds: OpenWorlds) => Promise<T>): Promise<T> {
    await using worlds = await openWorlds({
      desired: this.desired,
      state: this.state(),
      catalog: this.catalog,
      providers: this.#providers,
      flavors: this.#flavors,
      resolver: resolverOf(this.#given),
      host: { directory: '/', signal: new AbortController().signal },
    })
    return await work(worlds)
  }

  #look(worlds: OpenWorlds, clock: Clock): Promise<Observed> {
    const signal = new AbortController().signal
    return observe({ desired: this.desired, state: this.state(), worlds, clock, signal, survey: true, resolver: resolverOf(this.#given) })
  }

  #planOn(observed: Observed, options: Partial<PlanOptions>): Plan {
    const request = { ...this.#wanted(), state: this.state(), observed, catalog: this.catalog, hash: sha256, tool: 1 }
    return whole(makePlan({ ...request, options: { ...normal, ...options } }))
  }

  #apply({ clock, journal }: Process, options: ApplyOptions): Promise<Applied> {
    const { plan: saved, parallelism = 10, stop = never, abort = never, approved = new Set(), ask, ...planning } = options
    return this.#connected(async (worlds) => {
      const observed = await this.#look(worlds, clock)
      const plan = saved ?? this.#planOn(observed, planning)
      const run = execute({
        plan,
        state: this.state(),
        lineage: this.lineage,
        observed,
        worlds,
        journal,
        clock,
        signals: { stop, abort },
        resolver: resolverOf(this.#given),
        ...(ask === undefined ? {} : { ask }),
        options: { parallelism, approved, command: 'apply', random: () => 0.5 },
      })
      const events: Event[] = []
      for await (const event of run) events.push(event)
      return { plan, outcome: await run.result, events }
    })
  }
}
