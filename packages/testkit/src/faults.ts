import type { Address } from '@forgeplan/model'
import type { ProviderErrorKind } from '@forgeplan/sdk'
import { ProviderError } from '@forgeplan/sdk'
import type { Intercepted, Interceptor } from './intercept.ts'
import type { World } from './world.ts'

/** What goes wrong with one call. */
export type Fault =
  /** Nothing has happened. */
  | { readonly kind: 'error-before'; readonly error: ProviderErrorKind }
  /** It has happened, and says that it has not. */
  | { readonly kind: 'error-after'; readonly error: ProviderErrorKind }
  /** Hangs until its signal is aborted; `effect` says whether it has happened. */
  | { readonly kind: 'timeout'; readonly effect: boolean }
  /** It has happened, and the answer never came. */
  | { readonly kind: 'connection-lost' }
  /** The creation takes that long, milliseconds. */
  | { readonly kind: 'slow'; readonly ms: number }

export interface FaultRule {
  readonly method: Intercepted['method']
  /** Which of the matching calls, from 1; or every one. */
  readonly nth: number | 'every'
  /** Only calls about this address. */
  readonly address?: Address
  readonly fault: Fault
}

/** A script of faults. `fired` lists the rules in the order in which they struck. */
export interface FaultScript {
  readonly interceptor: Interceptor
  readonly fired: readonly FaultRule[]
}

/** Strikes calls into `world` by the rules; the first rule that fits a call wins. Use: `world.interceptors.push(script.interceptor)`. */
export const faultScript = (world: World, rules: readonly FaultRule[]): FaultScript => {
  const fired: FaultRule[] = []
  const counts = rules.map(() => 0)
  const strike = (about: Intercepted): Fault | undefined => {
    const fits = rules.map((rule, index) => matches(rule, about) && counted(counts, index, rule))
    const rule = rules[fits.indexOf(true)]
    if (rule !== undefined) fired.push(rule)
    return rule?.fault
  }
  return { fired, interceptor: (about, proceed) => suffer(world, strike(about), about, proceed) }
}

const matches = (rule: FaultRule, about: Intercepted): boolean =>
  rule.method === about.method && (rule.address === undefined || rule.address === about.target?.address)

const counted = (counts: number[], index: number, rule: FaultRule): boolean => {
  counts[index] = (counts[index] ?? 0) + 1
  return rule.nth === 'every' || counts[index] === rule.nth
}

const suffer = async <T>(world: World, fault: Fault | undefined, about: Intercepted, proceed: () => Promise<T>): Promise<T> => {
  if (fault === undefined) return proceed()
  switch (fault.kind) {
    case 'error-before':
      throw new ProviderError(fault.error, 'A fault struck before the effect.')
    case 'error-after':
      await proceed()
      throw new ProviderError(fault.error, 'A fault struck after the effect.')
    case 'timeout':
      if (fault.effect) await proceed()
      return untilAborted(about.call.signal)
    case 'connection-lost':
      await proceed()
      throw new ProviderError('transient', 'The connection was lost while waiting for the answer.')
    case 'slow':
      if (about.target !== null) world.slow(about.target.uid, fault.ms)
      return proceed()
    default:
      return fault satisfies never
  }
}

const untilAborted = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => {
    if (signal.aborted) return reject(signal.reason as Error)
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true })
  })
