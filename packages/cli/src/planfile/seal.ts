import type { Change, Context, ContextId, Plan } from '@forgeplan/model'
import { contextIdOf } from '@forgeplan/planner'
import { keyed, sha256 } from '../inputs/digest.ts'
import type { SecretReader } from '../inputs/secret-sources.ts'

/**
 * The plan as it is performed. One made before there was a state has no digests for its secrets, since there was no
 * key; they are put in now, so that the next plan sees the same secret and not a change. Keeps the plan's id: a run
 * that goes on with the file is the same run.
 */
export const sealed = async (plan: Plan, secrets: SecretReader, key: Uint8Array): Promise<Plan> => {
  const open = plan.desired.requires.filter(({ digest }) => digest === null)
  if (open.length === 0) return plan
  const digests = new Map(
    await Promise.all(open.map(async ({ source }) => [source as string, keyed(key, await secrets.secret(source))] as const)),
  )
  return withContexts(filled(plan, digests) as Plan)
}

/** A copy in which every secret without a digest has one. */
const filled = (value: unknown, digests: ReadonlyMap<string, string | null>): unknown => {
  if (Array.isArray(value)) return value.map((item) => filled(item, digests))
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).map(([key, item]): readonly [string, unknown] => [key, filled(item, digests)])
  const copy = Object.fromEntries(entries)
  const found = copy['digest'] === null && typeof copy['source'] === 'string' ? digests.get(copy['source']) : undefined
  return found === undefined ? copy : { ...copy, digest: found }
}

// A context's id is taken over its content, which has changed where a provider's settings hold a secret.
const withContexts = (plan: Plan): Plan => {
  const ids = new Map(Object.entries(plan.contexts).map(([id, context]: [string, Context]) => [id, contextIdOf(context, sha256)]))
  const renew = (id: ContextId): ContextId => ids.get(id) ?? id
  const change = (item: Change): Change => ('context' in item ? { ...item, context: renew(item.context) } : item)
  return {
    ...plan,
    contexts: Object.fromEntries(Object.entries(plan.contexts).map(([id, context]) => [ids.get(id) ?? id, context])),
    changes: plan.changes.map(change),
    renamed: plan.renamed.map((item) => ({ ...item, context: renew(item.context) })),
  }
}
