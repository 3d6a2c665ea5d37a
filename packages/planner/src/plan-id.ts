import type { Plan, PlanId } from '@forgeplan/model'
import { canonicalJson, planId } from '@forgeplan/model'
import type { Hash } from './context.ts'

/** The id of a plan: SHA-256 over everything in it but the id itself and the warnings, which do not change what is done. */
export const planIdOf = (body: Omit<Plan, 'id' | 'warnings'>, hash: Hash): PlanId =>
  planId(hash(canonicalJson({ ...body, id: undefined, warnings: undefined })))
