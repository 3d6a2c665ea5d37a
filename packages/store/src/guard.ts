/** Whether data from outside has exactly the shape of `T`. */
export type Guard<T> = (input: unknown) => input is T

const is = <T>(test: (input: unknown) => boolean): Guard<T> => test as Guard<T>

/** Text of at most `max` UTF-16 units (default: no bound but the file's). */
export const text = <T extends string = string>(max = Infinity): Guard<T> => is((input) => typeof input === 'string' && input.length <= max)
/** Text that its own parser accepts. */
export const parsed = <T extends string>(parse: (input: string) => unknown): Guard<T> =>
  is((input) => typeof input === 'string' && input.length <= 256 && parse(input) !== undefined)
export const matching = <T extends string>(pattern: RegExp): Guard<T> => is((input) => typeof input === 'string' && pattern.test(input))
export const oneOf = <const T extends string>(...values: readonly T[]): Guard<T> => is((input) => values.includes(input as T))
/** A whole number from 0. */
export const count: Guard<number> = is((input) => Number.isSafeInteger(input) && (input as number) >= 0)
/** Milliseconds; a test's clock may start below zero and count in fractions. */
export const time: Guard<number> = is((input) => Number.isFinite(input))
export const flag: Guard<boolean> = is((input) => typeof input === 'boolean')
export const nullable = <T>(guard: Guard<T>): Guard<T | null> => is((input) => input === null || guard(input))
/** A map from any names to values of one kind. */
export const mapOf = <T>(guard: Guard<T>): Guard<Readonly<Record<string, T>>> =>
  is((input) => isObject(input) && Object.values(input).every(guard))
export const list = <T>(guard: Guard<T>): Guard<readonly T[]> => is((input) => Array.isArray(input) && input.every(guard))

export const isObject = (input: unknown): input is Readonly<Record<string, unknown>> =>
  typeof input === 'object' && input !== null && !Array.isArray(input)

/** A field that may be absent. */
export const optional = <T>(guard: Guard<T>): Guard<T | undefined> => is((input) => input === undefined || guard(input))

/** Exactly these fields. A field that is `undefined` counts as absent, as it does in JSON. */
export const record = <T extends object>(fields: { readonly [K in keyof T]-?: Guard<T[K]> }): Guard<T> => {
  const guards = Object.entries(fields) as [string, Guard<unknown>][]
  return is(
    (input) =>
      isObject(input) &&
      guards.every(([key, guard]) => guard(Object.hasOwn(input, key) ? input[key] : undefined)) &&
      Object.keys(input).every((key) => Object.hasOwn(fields, key) || input[key] === undefined),
  )
}

/** One case of a union, chosen by its `kind`. */
export const tagged = <T extends { readonly kind: string }>(cases: {
  readonly [K in T['kind']]: Guard<Extract<T, { readonly kind: K }>>
}): Guard<T> =>
  is((input) => {
    const kind = isObject(input) ? input['kind'] : undefined
    return typeof kind === 'string' && Object.hasOwn(cases, kind) && cases[kind as T['kind']](input)
  })

/** The first of several forms of one thing, such as with and without a field that came later. */
export const anyOf = <T>(...guards: readonly Guard<T>[]): Guard<T> => is((input) => guards.some((guard) => guard(input)))

/** The `kind` of one case, for `record`. */
export const kind = <const K extends string>(value: K): Guard<K> => is((input) => input === value)
