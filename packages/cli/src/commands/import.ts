import type { AdoptionWish, ImportWish } from '@forgeplan/engine'
import type { Plan } from '@forgeplan/model'
import { parseAddress, parseUnitName, remoteId } from '@forgeplan/model'
import type { Query } from '@forgeplan/sdk'
import type { ExitCode } from '../exit.ts'
import type { Invocation } from '../invocation.ts'
import type { PlanAsked } from '../line/make-plan.ts'
import { planOptions } from '../line/make-plan.ts'
import { addressNamed } from '../line/row-named.ts'
import { failure } from '../stop.ts'
import type { ApplyChoices } from '../syntax/plan-options.ts'
import type { Asking } from './apply.ts'
import { applyFresh } from './apply.ts'
import { planAsked } from './plan.ts'

export interface ImportOptions extends ApplyChoices {
  readonly id?: string
  readonly query?: string
  readonly folder?: string
  readonly infrakitGroup?: string
  readonly tag?: string
  readonly asConfigured?: boolean
  readonly out?: string
}

const asking: Asking = {
  question: ({ stack, changes }: Plan) => {
    const objects = changes.filter(({ action }) => action === 'import').length
    return `Do you want ${stack} to manage ${objects === 1 ? 'this object' : `these ${String(objects)} objects`} from now on?`
  },
  expected: () => 'yes',
}

/** `forge import ADDRESS`: takes over what stands, as a plan of nothing else: apply writes marks and changes nothing. */
export const importObjects = async (invocation: Invocation, address: string, options: ImportOptions): Promise<ExitCode> => {
  const asked: PlanAsked = { ...planOptions({}, false), wish: wishOf(address, options), asConfigured: options.asConfigured === true }
  if (options.out === undefined) return applyFresh(invocation, { choices: options, options: asked, asking })
  const { out, json = false } = options
  return planAsked(invocation, { out, json }, asked)
}

const wishOf = (text: string, options: ImportOptions): ImportWish | AdoptionWish => {
  const group = parseAddress(text) === undefined ? parseUnitName(text) : undefined
  if (group === undefined) return { address: addressNamed(text), query: queryOf(text, options) }
  const query = queryOf(text, options)
  if (query.id === undefined) return { group, query }
  throw failure('FORGE6003', 'Which member?', `An object that is named by its id needs the address of a member, such as ${text}/1.`)
}

const queryOf = (address: string, { id, query, folder, infrakitGroup, tag }: ImportOptions): Query => {
  const others = {
    ...(query === undefined ? {} : { name: query }),
    ...(folder === undefined ? {} : { folder }),
    ...(infrakitGroup === undefined ? {} : { group: infrakitGroup }),
    ...(tag === undefined ? {} : { tag }),
  }
  const isOther = Object.keys(others).length > 0
  if (id !== undefined && !isOther) return { id: remoteId(id) }
  if (id === undefined && isOther) return others
  const which = `as the platform calls the object at ${address}`
  const wanted = '--query NAME, --folder PLACE, --infrakit-group NAME or --tag CATEGORY/NAME'
  throw id === undefined
    ? failure('FORGE6003', 'Which object?', `Give --id ID, ${which}, or what it has: ${wanted}.`)
    : failure('FORGE6003', 'Two ways to name an object', `Give --id ID, ${which}, or what it has (${wanted}), and not both.`)
}
