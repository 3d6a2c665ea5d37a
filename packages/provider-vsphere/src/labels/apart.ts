import type { Call } from '@forgeplan/sdk'
import type { Client, Ref } from '@forgeplan/vsphere-soap'
import { isFault } from '@forgeplan/vsphere-soap'
import type { ClusterRuleSpec } from '@forgeplan/vsphere-soap/types'
import type { Given } from '../owner.ts'
import type { Inventory } from '../vm/inventory.ts'
import type { Rule } from './rules.ts'
import { belongsTo, clusterRef, holds, readRules } from './rules.ts'

/** One look at a rule and its change: those who ask before it begins share it. */
interface Round {
  /** Machines that may have come after the inventory was read. */
  readonly joining: Set<string>
  readonly owner: AbortSignal
  readonly done: Promise<void>
}

/** Keeps the members of groups on different hosts. The changes of a cluster come one after the other: beside each other they fail. */
export class Apart {
  readonly #client: Client
  readonly #inventory: Pick<Inventory, 'everything'>
  // Whether they are to be in, by rule and machine: what a machine remembers is written a moment later.
  readonly #known = new Map<string, boolean>()
  readonly #waiting = new Map<string, Round>()
  // The last round of each cluster that has one under way.
  readonly #last = new Map<string, Promise<void>>()

  constructor(client: Client, inventory: Pick<Inventory, 'everything'>) {
    this.#client = client
    this.#inventory = inventory
  }

  /** Has a machine in the rule; a rule takes two, so that the first waits for the second. @throws VsphereError; ProviderError. */
  async join(given: Given, ref: Ref, call: Call): Promise<void> {
    this.#known.set(keyOf(given, ref.value), true)
    if (!(await this.#isSettled(given, (rule) => rule !== undefined && holds(rule, ref), call))) await this.#change(given, ref.value, call)
  }

  /** Takes a machine out of the rule, and the rule away with the last but one. @throws as `join`. */
  async leave(given: Given, { value }: Ref, call: Call): Promise<void> {
    this.#known.set(keyOf(given, value), false)
    const isOut = (rule: Rule | undefined): boolean => rule?.vm.some((each) => each.value === value) !== true
    if (!(await this.#isSettled(given, isOut, call))) await this.#change(given, null, call)
  }

  // While a round is under way, what is seen may be about to change.
  async #isSettled(given: Given, is: (rule: Rule | undefined) => boolean, { signal }: Call): Promise<boolean> {
    return !this.#last.has(given[1]) && is(await this.#rule(given, signal)) && !this.#last.has(given[1])
  }

  async #rule([name, cluster]: Given, signal: AbortSignal): Promise<Rule | undefined> {
    return (await readRules(this.#client, [cluster], signal)).get(cluster)?.find((each) => each.name === name)
  }

  async #change(given: Given, joining: string | null, call: Call): Promise<void> {
    for (;;) {
      const round = this.#waiting.get(String(given)) ?? this.#begin(given, call)
      if (joining !== null) round.joining.add(joining)
      try {
        return await round.done
      } catch (error) {
        // That another, whose call it was, is no longer interested is no reason to give up.
        if (round.owner === call.signal || !round.owner.aborted || call.signal.aborted) throw error
      }
    }
  }

  #begin(given: Given, call: Call): Round {
    const cluster = given[1]
    const joining = new Set<string>()
    const work = async (): Promise<void> => {
      this.#waiting.delete(String(given))
      await this.#settle(given, joining, call)
    }
    const done = (this.#last.get(cluster) ?? Promise.resolve()).then(work)
    const ended = done
      .catch(() => undefined)
      .then(() => {
        if (this.#last.get(cluster) === ended) this.#last.delete(cluster)
      })
    const round = { joining, owner: call.signal, done }
    this.#waiting.set(String(given), round)
    this.#last.set(cluster, ended)
    return round
  }

  async #settle(given: Given, joining: ReadonlySet<string>, call: Call): Promise<void> {
    for (let attempt = 0; ; attempt += 1) {
      const rulesSpec = changesOf(given[0], await this.#members(given, joining, call.signal), await this.#rule(given, call.signal))
      call.signal.throwIfAborted()
      if (rulesSpec.length === 0) return
      try {
        const args = { spec: { $type: 'ClusterConfigSpecEx', rulesSpec } as const, modify: true }
        await this.#client.run('ReconfigureComputeResource_Task', clusterRef(given[1]), args, { signal: call.signal })
        return
      } catch (error) {
        // Somebody else changed the cluster, or a member went: it is looked at again.
        if (attempt >= 4 || !isFault(error, ...passing)) throw error
        await call.sleep(250 * 2 ** attempt)
      }
    }
  }

  async #members(given: Given, joining: ReadonlySet<string>, signal: AbortSignal): Promise<readonly string[]> {
    const { machines } = await this.#inventory.everything(signal)
    const remembering = machines.filter((each) => belongsTo(each, given)).map(({ ref }) => ref.value)
    const standing = machines.map(({ ref }) => ref.value).filter((each) => this.#known.get(keyOf(given, each)) === true)
    return [...new Set([...remembering, ...standing, ...joining])].filter((each) => this.#known.get(keyOf(given, each)) !== false)
  }
}

const keyOf = (given: Given, machine: string): string => `${String(given)} ${machine}`

const passing = ['ConcurrentAccess', 'InvalidState', 'TaskInProgress', 'InvalidArgument', 'ManagedObjectNotFound']

const changesOf = (name: string, members: readonly string[], rule: Rule | undefined): readonly ClusterRuleSpec[] => {
  const info = { $type: 'ClusterAntiAffinityRuleSpec', enabled: true, name, userCreated: true, vm: members.map(machineRef) } as const
  if (rule === undefined) return members.length < 2 ? [] : [{ $type: 'ClusterRuleSpec', operation: 'add', info }]
  const { key, ruleUuid } = rule
  if (members.length < 2) return [{ $type: 'ClusterRuleSpec', operation: 'remove', ...(key === undefined ? {} : { removeKey: key }) }]
  const isAsWanted = rule.vm.length === members.length && members.every((value) => holds(rule, machineRef(value)))
  if (isAsWanted) return []
  const own = { ...(key === undefined ? {} : { key }), ...(ruleUuid === undefined ? {} : { ruleUuid }) }
  return [{ $type: 'ClusterRuleSpec', operation: 'edit', info: { ...info, ...own } }]
}

const machineRef = (value: string): Ref => ({ type: 'VirtualMachine', value })
