import type { FunctionName, Value } from '@forgeplan/model'
import { FunctionError, functions, late, plainLimits, reduce } from '@forgeplan/model'
import type { Moment } from './scene.ts'
import { refuse } from './scene.ts'
import type { Range } from './syntax.ts'

/** Functions that are written as `name(...)`; the others of the table are operators and templates. */
export const callable: readonly FunctionName[] = (Object.keys(functions) as FunctionName[]).filter((name) =>
  functions[name].usage.startsWith(`${name}(`),
)

/** Calls a function now if its arguments are known, else makes a late call. Refused arguments are reported at `range`. */
export const call = (fn: FunctionName, args: readonly Value[], range: Range, moment: Moment): Value | undefined => {
  const [min, max] = functions[fn].arity
  if (args.length < min || args.length > max) {
    const wanted = min === max ? `${min}` : `${min} to ${max}`
    return refuse(moment, 'FORGE2009', range, `${functions[fn].usage} takes ${wanted} values, and ${args.length} are given.`)
  }
  if (moment.dry) return null
  try {
    return bounded(
      reduce(late({ kind: 'call', fn, args }), () => undefined),
      range,
      moment,
    )
  } catch (error) {
    if (error instanceof FunctionError) return refuse(moment, 'FORGE2009', range, error.message)
    if (error instanceof RangeError) return refuse(moment, 'FORGE2009', range, tooLong)
    throw error
  }
}

const tooLong = `The result is longer than ${plainLimits.textLength} characters.`

const bounded = (value: Value, range: Range, moment: Moment): Value | undefined => {
  if (typeof value === 'number' && !Number.isFinite(value))
    return refuse(moment, 'FORGE2009', range, 'The result is too large to be a number.')
  const isLong =
    typeof value === 'string' ? value.length > plainLimits.textLength : Array.isArray(value) && value.length > plainLimits.nodes
  return isLong ? refuse(moment, 'FORGE2009', range, tooLong) : value
}
