import { createHash } from 'node:crypto'
import type { Mark } from '@forgeplan/model'
import { unitOf } from '@forgeplan/model'
import { ProviderError } from '@forgeplan/sdk'
import type { Client, Ref } from '@forgeplan/vsphere-soap'
import { isA } from '@forgeplan/vsphere-soap'
import type { ClusterAntiAffinityRuleSpec } from '@forgeplan/vsphere-soap/types'
import type { Given } from '../owner.ts'
import type { Machine } from '../vm/machine.ts'

/** A rule of a cluster that keeps machines on different hosts. */
export type Rule = ClusterAntiAffinityRuleSpec

/** The rule of a machine's group: the stack and the group for people, and the lineage, so that it is nobody else's. */
export const ruleName = ({ stack, address, lineage }: Pick<Mark, 'stack' | 'address' | 'lineage'>): string => {
  const name = `forge ${stack} ${unitOf(address)} ${lineage.slice(0, 8)}`
  // As long as a name in the inventory; what is cut off still tells two apart.
  return name.length <= 80 ? name : `${name.slice(0, 71)}-${createHash('sha256').update(`${name} ${lineage}`).digest('hex').slice(0, 8)}`
}

export const clusterRef = (value: string): Ref => ({ type: 'ClusterComputeResource', value })

/** The rules of clusters, by the value of their reference, with one call for all. @throws ProviderError where they may not be read; VsphereError. */
export const readRules = async (
  client: Client,
  clusters: readonly string[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, readonly Rule[]>> => {
  const all = new Map<string, readonly Rule[]>()
  if (clusters.length === 0) return all
  const query = { of: { objects: clusters.map(clusterRef) }, properties: { ClusterComputeResource: ['configurationEx'] } }
  for await (const { ref, properties, missing } of client.retrieve(query, { signal })) {
    const config = properties.get('configurationEx')
    if (missing.some(({ fault }) => fault !== 'ManagedObjectNotFound'))
      throw new ProviderError('denied', 'The rules of a cluster cannot be read.')
    const rules = isA(config, 'ClusterConfigInfoEx') ? (config.rule ?? []) : []
    all.set(
      ref.value,
      rules.filter((each) => isA(each, 'ClusterAntiAffinityRuleSpec')),
    )
  }
  return all
}

/** Whether a machine remembers that it belongs to a rule; one that carries the mark of another does not. */
export const belongsTo = ({ mark, instanceUuid, isTemplate, state }: Machine, [name, cluster]: Given): boolean =>
  !isTemplate && mark !== undefined && mark.uid === instanceUuid && state?.labels?.apart?.[0] === name && state.labels.apart[1] === cluster

/** Whether a rule is in force for a machine. */
export const holds = ({ enabled, vm }: Rule, { value }: Ref): boolean => enabled !== false && vm.some((each) => each.value === value)
