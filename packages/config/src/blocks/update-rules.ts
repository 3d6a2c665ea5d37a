import type { Code, Update, ValueMap } from '@forgeplan/model'
import { formatDuration } from '@forgeplan/model'
import type { Problems } from '../problems.ts'
import type { Entry } from '../tree.ts'
import { entryOf } from '../tree.ts'

/** An `update` as it is written and as it is meant. */
export interface WrittenUpdate {
  readonly entry: Entry
  readonly given: ValueMap
  readonly update: Update
  readonly path: string
  /** The members have ids, so that none can have a successor beside it. */
  readonly byIds: boolean
}

/** What is wrong, and the key that it is shown at. */
interface Finding {
  readonly code: Code
  readonly key: string
  readonly detail: string
}

type Rule = (written: WrittenUpdate) => Finding | undefined

/** Reports keys of an update that contradict each other: one finding about its order and limits, one about its times. */
export const checkUpdate = (written: WrittenUpdate, problems: Problems): void => {
  const { entry, path } = written
  for (const rule of [firstOf(idsRule, orderRule, waveRule), firstOf(passRule, timeRule)]) {
    const found = rule(written)
    if (found === undefined) continue
    // The keys of a map that an expression yields have no places of their own.
    const span = entryOf(entry.value, found.key)?.value.span ?? (entry.value.kind === 'map' ? entry.keySpan : entry.value.span)
    problems.error(found.code, span, () => `${path}: ${found.detail}`)
  }
}

// One slip often breaks several rules; the first of them names it best.
const firstOf =
  (...rules: readonly Rule[]): Rule =>
  (written) => {
    for (const rule of rules) {
      const found = rule(written)
      if (found !== undefined) return found
    }
    return undefined
  }

const idsRule: Rule = ({ byIds, given, update }) => {
  if (!byIds || (update.order === 'delete-first' && update.maxSurge === 0)) return undefined
  const key = given['order'] === 'create-first' ? 'order' : 'maxSurge'
  const detail = `a member with an id goes before its successor comes, since both cannot have the id. Remove ${key}, or give the group a size.`
  return { code: 'FORGE2032', key, detail }
}

const orderRule: Rule = ({ byIds, update }) => {
  const { order, maxSurge, maxUnavailable } = update
  const contradiction = (key: string, detail: string): Finding => ({ code: 'FORGE2033', key, detail })
  if (order === 'create-first')
    return maxSurge > 0
      ? undefined
      : contradiction('maxSurge', 'with create-first a successor stands beside its member, so that maxSurge is at least 1. Raise it.')
  if (maxSurge > 0)
    return contradiction(
      'maxSurge',
      'with delete-first there are never more members than wanted. Remove maxSurge, or write order: create-first.',
    )
  if (maxUnavailable > 0) return undefined
  const other = byIds ? '' : ', or write order: create-first'
  return contradiction(
    'maxUnavailable',
    `with delete-first a member goes before its successor comes, so that maxUnavailable is at least 1. Raise it${other}.`,
  )
}

const waveRule: Rule = ({ update }) => {
  const [limit, most] =
    update.order === 'create-first' ? (['maxSurge', update.maxSurge] as const) : (['maxUnavailable', update.maxUnavailable] as const)
  const key = update.batch > most ? 'batch' : undefined
  if (key === undefined) return undefined
  const detail = `${key} is ${String(update[key])}, but ${limit} allows ${String(most)} at once. Lower ${key} or raise ${limit}.`
  return { code: 'FORGE2034', key, detail }
}

const passRule: Rule = ({ given }) => {
  const other = ['checks', 'interval'].find((key) => given[key] !== undefined)
  if (given['healthyFor'] === undefined || other === undefined) return undefined
  const detail = `healthyFor says when members are well enough, and so does ${other}. Remove one of them.`
  return { code: 'FORGE2031', key: other, detail }
}

const timeRule: Rule = ({ given, update: { pass, timeoutMs } }) => {
  const needed = pass.kind === 'holdFor' ? pass.ms : (pass.checks - 1) * pass.intervalMs
  if (needed < timeoutMs) return undefined
  const key = pass.kind === 'holdFor' ? 'healthyFor' : given['checks'] === undefined ? 'interval' : 'checks'
  const limit = given['timeout'] === undefined ? 'healthTimeout' : 'timeout'
  const detail = `members have to be healthy for ${formatDuration(needed)}, but ${limit} gives them ${formatDuration(timeoutMs)} in all. Raise ${limit}.`
  return { code: 'FORGE2035', key, detail }
}
