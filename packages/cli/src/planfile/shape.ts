/** Says whether data from a file has the form that the code relies on. */
export type Shape = (value: unknown) => boolean

export const text: Shape = (value) => typeof value === 'string'
export const truth: Shape = (value) => typeof value === 'boolean'
export const whole: Shape = (value) => Number.isSafeInteger(value)

/** A whole number from `min` to `max`. */
export const within =
  (min: number, max: number = Number.MAX_SAFE_INTEGER): Shape =>
  (value) =>
    Number.isSafeInteger(value) && Number(value) >= min && Number(value) <= max

// Deeper than any configuration goes, and far from where recursion ends.
const depthLimit = 500

/** Any value that is not nested too deep to be walked through. */
export const anything: Shape = (value) => isShallow(value, depthLimit)

const isShallow = (value: unknown, levels: number): boolean =>
  typeof value !== 'object' || value === null || (levels > 0 && Object.values(value).every((item) => isShallow(item, levels - 1)))

export const oneOf =
  (...values: readonly unknown[]): Shape =>
  (value) =>
    values.includes(value)

export const maybeNull =
  (shape: Shape): Shape =>
  (value) =>
    value === null || shape(value)

export const listOf =
  (shape: Shape): Shape =>
  (value) =>
    Array.isArray(value) && value.every((item) => shape(item))

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** A map of any keys. */
export const mapOf =
  (shape: Shape): Shape =>
  (value) =>
    isRecord(value) && Object.values(value).every((item) => shape(item))

/** Exactly these fields, beside those of `optional`. */
export const record =
  (fields: Readonly<Record<string, Shape>>, optional: Readonly<Record<string, Shape>> = {}): Shape =>
  (value) =>
    isRecord(value) &&
    Object.entries(fields).every(([key, shape]) => Object.hasOwn(value, key) && shape(value[key])) &&
    Object.entries(value).every(
      ([key, item]) => Object.hasOwn(fields, key) || (Object.hasOwn(optional, key) && optional[key]?.(item) === true),
    )

/** The case that the field `tag` names. */
export const union =
  (tag: string, cases: Readonly<Record<string, Shape>>): Shape =>
  (value) => {
    const name = isRecord(value) ? value[tag] : undefined
    return typeof name === 'string' && Object.hasOwn(cases, name) && cases[name]?.(value) === true
  }
