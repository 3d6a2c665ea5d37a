import type { Desired, Found, StackName, State, TypeName } from '@forgeplan/model'
import type { Handler } from '@forgeplan/sdk'
import { deadlines } from './deadlines.ts'
import { takeFound } from './hostile.ts'
import type { Reader } from './reading.ts'
import { cannotRead, reading, settleAll } from './reading.ts'
import { redactObservation, Redactor } from './redact.ts'
import type { Worlds } from './worlds.ts'

interface Sweep {
  readonly state: Pick<State, 'stack' | 'rows'>
  readonly worlds: Worlds
}

/** An object with the provider through which it was met. */
export interface Met {
  readonly provider: string
  readonly found: Found
}

/**
 * Everything that carries the stack's mark in any open world, but for images where neither configuration nor state has any:
 * whoever uses none does not pay for looking through datastores with every plan. Two providers that see the same object
 * count it once. @throws EngineError when a world cannot be read.
 */
export const sweep = async (request: Sweep & { readonly desired: Pick<Desired, 'units'> }, reader: Reader): Promise<readonly Found[]> =>
  (await sweepBut(unusedImages(request), request, reader)).map((met) => met.found)

/** Everything without exception, with the provider that it was met through. @throws EngineError when a world cannot be read. */
export const sweepAll = (request: Sweep, reader: Reader): Promise<readonly Met[]> => sweepBut(new Set(), request, reader)

const unusedImages = ({ desired, state, worlds }: Sweep & { readonly desired: Pick<Desired, 'units'> }): ReadonlySet<TypeName> => {
  const used = new Set([...desired.units.map(({ type }) => type), ...[...state.rows.values()].map(({ type }) => type)])
  const images = [...worlds.catalog.providers.values()].flatMap(({ image }) => (image === undefined ? [] : [image]))
  return new Set(images.filter((type) => !used.has(type)))
}

const sweepBut = async (passed: ReadonlySet<TypeName>, { state, worlds }: Sweep, reader: Reader): Promise<readonly Met[]> => {
  const lists = [...worlds.sessions].flatMap(([provider, session]) =>
    [...session.handlers]
      .filter(([type]) => !passed.has(type))
      .map(([type, handler]) => sweepOne({ provider, type, handler }, { stack: state.stack, worlds, reader })),
  )
  const met = (await settleAll(lists)).flat()
  const realmOf = (at: Met): string => worlds.sessions.get(at.provider)?.realm ?? ''
  return [...new Map(met.map((at) => [keyOf(at.found, realmOf(at)), at])).values()]
}

interface Corner {
  readonly provider: string
  readonly type: TypeName
  readonly handler: Handler
}

interface With {
  readonly stack: StackName
  readonly worlds: Worlds
  readonly reader: Reader
}

const sweepOne = async ({ provider, type, handler }: Corner, { stack, worlds, reader }: With): Promise<readonly Met[]> => {
  const redactor = worlds.redactor ?? new Redactor()
  try {
    const found = await reading(reader, `The provider ${provider}`, deadlines.list, (call) =>
      takeFound(handler.list(stack, call), type, call.signal),
    )
    return found
      .filter((item) => item.mark.stack === stack)
      .map((item) => ({ provider, found: { ...item, observation: redactObservation(item.observation, redactor) } }))
  } catch (error) {
    throw cannotRead(error, provider, type, worlds.redactor)
  }
}

// One object has one id in one world; what has none yet is told apart by its mark.
const keyOf = ({ type, mark, observation }: Found, realm: string): string =>
  `${realm} ${type} ${observation.kind} ${'id' in observation ? observation.id : mark.uid}`
