import type { Value } from '@forgeplan/model'
import { late } from '@forgeplan/model'
import { didYouMean, listed, quote } from '../wording.ts'
import { call } from './call.ts'
import type { Chain } from './references.ts'
import type { Moment } from './scene.ts'
import { refuse } from './scene.ts'
import type { Range, Syntax } from './syntax.ts'
import { imageReference } from './images.ts'
import { unitReference } from './units.ts'

/** A key of a reference whose value is known. */
export interface Key extends Range {
  readonly value: string | number
  /** Written in brackets and not after a dot. */
  readonly bracketed: boolean
}

const roots = ['var', 'env', 'stack', 'member', 'instances', 'groups', 'images']

/** The value of a reference, or `undefined` after reporting why there is none. */
export const lookUp = (chain: Chain, keys: readonly Key[], whole: Range, moment: Moment): Value | undefined => {
  switch (chain.root.name) {
    case 'var':
      return variable(chain, keys, whole, moment)
    case 'env':
      return environment(chain, keys, whole, moment)
    case 'stack':
      return stack(chain, keys, whole, moment)
    case 'member':
      return member(chain, keys, whole, moment)
    case 'instances':
    case 'groups':
      return unitReference(chain.root.name, keys, whole, moment)
    case 'images':
      return imageReference(keys, whole, moment)
    default:
      return unknownRoot(chain.root, moment)
  }
}

const unknownRoot = (root: Syntax & { readonly kind: 'name' }, moment: Moment): undefined => {
  const isVariable = moment.names.variables.has(root.name)
  const hint = isVariable ? ` Did you mean "var.${root.name}"?` : didYouMean(root.name, roots)
  const rule = 'A reference begins with var, env, stack, member, instances, groups or images; a text stands in quotes.'
  return refuse(moment, 'FORGE2002', root, `Nothing is called ${quote(root.name)}. ${rule}${hint}`)
}

const inside = (value: Value, keys: readonly Key[], whole: Range, moment: Moment): Value | undefined =>
  keys.length === 0 ? value : call('get', [value, ...keys.map((key) => key.value)], whole, moment)

const variable = (chain: Chain, [key, ...rest]: readonly Key[], whole: Range, moment: Moment): Value | undefined => {
  const { variables } = moment.names
  if (key === undefined) return refuse(moment, 'FORGE2002', chain.root, 'Write var.NAME with the name of a variable.')
  const name = String(key.value)
  const state = variables.get(name)
  if (state === undefined) {
    const spaced = name.includes('-') ? ' A hyphen inside a name belongs to it; write spaces around a minus.' : ''
    const hint = didYouMean(name, variables.keys())
    return refuse(moment, 'FORGE2003', key, `No variable ${quote(name)} is declared. Declare it under variables.${hint}${spaced}`)
  }
  if (state.kind === 'failed') return undefined
  if (state.sensitive && !moment.zone.sensitive && !moment.dry)
    return refuse(
      moment,
      'FORGE2011',
      whole,
      `The variable ${quote(name)} is sensitive, and what stands here is shown to others or stored as text. Use another value.`,
    )
  if (state.given && !moment.dry) moment.trail.sources.add(`var:${name}`)
  return inside(state.value, rest, whole, moment)
}

const environment = (chain: Chain, [key, ...rest]: readonly Key[], whole: Range, moment: Moment): Value | undefined => {
  const name = String(key?.value ?? '')
  if (key === undefined || !/^[A-Za-z_][A-Za-z0-9_]*$/.test(name))
    return refuse(moment, 'FORGE2002', key ?? chain.root, 'Write env.NAME with the name of an environment variable.')
  if (moment.dry) return null
  const text = moment.names.inputs.environment.get(name)
  if (text === undefined)
    return refuse(moment, 'FORGE2012', whole, `${name} is not set. Set it where forge runs, for example: export ${name}=...`)
  moment.trail.sources.add(`env:${name}`)
  return inside(text, rest, whole, moment)
}

const stack = (chain: Chain, [key, ...rest]: readonly Key[], whole: Range, moment: Moment): Value | undefined => {
  const { name, environment: env } = moment.names.stack
  if (key?.value === 'env') return inside(env, rest, whole, moment)
  if (key?.value === 'name') return name === undefined ? undefined : inside(name, rest, whole, moment)
  return refuse(moment, 'FORGE2002', key ?? chain.root, 'Write stack.name, or stack.env for the value of --env.')
}

const memberFields = ['id', 'ordinal', 'name', 'address'] as const

const member = (chain: Chain, [key, ...rest]: readonly Key[], whole: Range, moment: Moment): Value | undefined => {
  const field = memberFields.find((candidate) => candidate === key?.value)
  if (field === undefined) {
    const hint = key === undefined ? '' : didYouMean(String(key.value), memberFields)
    return refuse(moment, 'FORGE2002', key ?? chain.root, `A member has ${listed(memberFields)}.${hint}`)
  }
  if (moment.zone.late === 'member') return inside(late({ kind: 'member', field }), rest, whole, moment)
  const detail = 'Members exist only inside the instance of a group or in a flavor, and they are named later than this value is needed.'
  return refuse(moment, 'FORGE2020', whole, detail)
}
