import type { Address, Alive, Gate, Step, StepId, UnitName, Wave } from '@forgeplan/model'
import { isMember, stepId } from '@forgeplan/model'
import type { Chain, StepRequest, UnitTraits } from './chain.ts'
import { barrier, endOf, step, waitFor } from './chain.ts'
import type { Schedule } from '../roll/schedule.ts'

/** One unit's makers and rolls, and what they wait for. */
export interface UnitWork {
  readonly unit: UnitName
  readonly own: readonly Chain[]
  readonly entry: readonly StepId[]
  /** After these the unit's surplus members have gone. */
  readonly gone: readonly StepId[]
  /** Whether another unit waits for this one. */
  readonly needed: boolean
}

export interface TiedUnit {
  readonly steps: readonly Step[]
  readonly exits: readonly StepId[]
}

/** Repairs and new members first, then the waves, each behind its gate, then what had to wait for them; one gate at the end. */
export const tieUnit = (work: UnitWork, request: StepRequest): TiedUnit => {
  const tying = new Tying(work, request)
  tying.early()
  for (const [at, wave] of (tying.schedule?.roll.waves ?? []).entries()) tying.wave(wave, at)
  tying.late()
  return tying.end()
}

/** The steps so far, and what the next ones wait for. */
class Tying {
  readonly schedule: Schedule | undefined
  readonly #work: UnitWork
  readonly #traits: UnitTraits | undefined
  readonly #chains: ReadonlyMap<Address, Chain>
  /** The gate that asks a person. */
  readonly #asked: StepId | null
  readonly #partsOf: StepRequest['partsOf']
  readonly #steps: Step[] = []
  readonly #tied = new Set<Address>()
  /** After these the next ones may begin; empty: nothing has been tied yet. */
  #ready: readonly StepId[] = []
  /** Members made or changed since the last gate. */
  #fresh: readonly Address[] = []
  #joining: readonly Address[] = []

  constructor(work: UnitWork, { rolls, traits, partsOf }: StepRequest) {
    this.#work = work
    this.schedule = rolls.get(work.unit)
    this.#traits = traits.get(work.unit)
    this.#chains = new Map(work.own.map((chain) => [chain.address, chain]))
    this.#asked = this.schedule?.roll.waves.find(({ ask }) => ask !== null)?.ask ?? null
    this.#partsOf = partsOf
  }

  early(): void {
    const { rolled, late } = this.schedule ?? {}
    const first = this.#work.own.filter(({ address }) => isMember(address) && rolled?.has(address) !== true && late?.has(address) !== true)
    const [pioneer, ...rest] = first
    const before = this.#work.entry
    if (this.#traits?.serial === true && pioneer !== undefined && rest.length > 0) {
      const ends = this.#raise([pioneer], before)
      this.#gate(`first.${this.#work.unit}`, ends, { alive: null, wave: null })
      this.#ready = [...this.#work.gone, ...this.#raise(rest, this.#ready)]
    } else if (first.length > 0) this.#ready = [...this.#work.gone, ...this.#raise(first, before)]
  }

  wave({ members, successors, gate }: Wave, at: number): void {
    const alive: Alive = { need: this.schedule?.needs[at] ?? 0, without: members }
    // One that stands already has nothing to be done.
    const coming = this.#at(successors)
    if (coming.length > 0) this.#ready = this.#raise(coming, this.#joint(`surge-${at + 1}`, coming.length))
    if (gate !== null) this.#gate(gate.slice('gate:'.length), this.#before(), { alive, wave: at })
    this.#ready = this.#raise(this.#at(members), this.#joint(`wave-${at + 1}-begins`, members.length))
  }

  late(): void {
    const late = this.#at([...(this.schedule?.late ?? [])])
    if (late.length > 0) this.#ready = this.#raise(late, this.#joint('late', late.length))
  }

  end(): TiedUnit {
    const { unit, needed, own } = this.#work
    // Parts of members that stay.
    const parts = own.filter(({ address }) => !this.#tied.has(address))
    const ends = [...(this.#ready.length > 0 ? this.#ready : this.#work.gone), ...this.#raise(parts, this.#work.entry)]
    const alive = this.schedule === undefined ? null : { need: this.schedule.roll.alive, without: [] }
    const asked = this.#fresh.length > 0 && (this.#traits?.hasHealth === true || this.#traits?.joins === true)
    const gated = asked || (alive?.need ?? 0) > 0
    this.#ready = ends
    if (gated) this.#gate(unit, ends, { alive, wave: this.schedule === undefined ? null : this.schedule.roll.waves.length })
    else if (needed && ends.length > 1) this.#barrier(unit, ends)
    return { steps: this.#steps, exits: this.#ready }
  }

  #at(addresses: readonly Address[]): readonly Chain[] {
    return addresses.flatMap((address) => this.#chains.get(address) ?? [])
  }

  // What nothing of the unit comes before waits for the units it depends on, too.
  #before(): readonly StepId[] {
    return this.#ready.length > 0 ? this.#ready : [...this.#work.gone, ...this.#work.entry]
  }

  // Many that wait for many do so through one.
  #joint(name: string, waiting: number): readonly StepId[] {
    const before = this.#before()
    if (before.length > 1 && waiting > 1) this.#barrier(`${name}.${this.#work.unit}`, before)
    return this.#before()
  }

  #barrier(name: string, after: readonly StepId[], failures = 0): void {
    const gate = barrier(name, this.#work.unit, after, failures)
    this.#steps.push(gate)
    this.#ready = [gate.id]
  }

  // Each member with its parts; the ends of the members.
  #raise(chains: readonly Chain[], ids: readonly StepId[]): readonly StepId[] {
    for (const chain of chains) {
      const parts = this.#at(this.#partsOf.get(chain.address) ?? [])
      for (const each of [...parts, chain]) this.#steps.push(...begin(each, ids, this.#tied.has(each.address)))
      for (const each of [...parts, chain]) this.#tied.add(each.address)
    }
    this.#fresh = [...this.#fresh, ...chains.filter(isMade).map(({ address }) => address)]
    this.#joining = [...this.#joining, ...chains.filter(isNew).map(({ address }) => address)]
    return chains.map(({ down, up }) => endOf(up.length > 0 ? up : down))
  }

  #gate(name: string, after: readonly StepId[], { alive, wave }: { readonly alive: Alive | null; readonly wave: number | null }): void {
    const { unit } = this.#work
    this.#steps.push({
      id: stepId('gate', name),
      kind: 'gate',
      after,
      gate: { unit, members: this.#fresh, alive, ask: this.#asked === stepId('gate', name), ...this.#terms(wave) },
    })
    this.#ready = [stepId('gate', name)]
    this.#fresh = []
    this.#join(name)
  }

  // Who was well already when a roll begins has nothing to prove over time.
  #terms(wave: number | null): Pick<Gate, 'failures' | 'pass' | 'deadlineMs'> {
    const { update, healthTimeoutMs = 0 } = this.#traits ?? {}
    const once = { kind: 'checks', checks: 1, intervalMs: 1000 } as const
    if (update === undefined || wave === null) return { failures: update?.maxFailures ?? 0, pass: once, deadlineMs: healthTimeoutMs }
    return { failures: update.maxFailures, pass: this.#fresh.length === 0 ? once : update.pass, deadlineMs: update.timeoutMs }
  }

  #join(name: string): void {
    const joining = this.#traits?.joins === true ? this.#joining : []
    this.#joining = []
    if (joining.length === 0) return
    const joins = joining.map((address) => step('join', address, this.#ready))
    this.#steps.push(...joins)
    this.#ready = joins.map(({ id }) => id)
    if (joins.length > 1) this.#barrier(`joined.${name}`, this.#ready, this.#traits?.update.maxFailures)
  }
}

const begin = ({ down, up }: Chain, ids: readonly StepId[], tied: boolean): readonly Step[] => {
  if (tied) return []
  const [first, ...rest] = down.length > 0 ? [...down, ...rise(up, endOf(down))] : up
  return first === undefined ? [] : [waitFor(first, ids), ...rest]
}

// A new object waits for what its address held before.
const rise = (up: readonly Step[], end: StepId): readonly Step[] => up.map((each, index) => (index === 0 ? waitFor(each, [end]) : each))

const isMade = ({ address, up }: Chain): boolean => isMember(address) && up.some(({ kind }) => kind !== 'mark')

const isNew = ({ address, up }: Chain): boolean => isMember(address) && up.some(({ kind }) => kind === 'create')
