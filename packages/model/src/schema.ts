import type { Plain } from './plain.ts'

/**
 * The shape of a value, as data. One source for decoding, normalising, comparing, the JSON Schema and the reference.
 * `size` is bytes after normalising and `"4GiB"` in text; `duration` is milliseconds and `"60s"` in text.
 */
export type Schema =
  | {
      readonly kind: 'string'
      readonly pattern?: string
      readonly patternHint?: string
      readonly maxLength?: number
      readonly caseless?: boolean
    }
  | { readonly kind: 'integer'; readonly min?: number; readonly max?: number }
  | { readonly kind: 'number'; readonly min?: number; readonly max?: number }
  | { readonly kind: 'boolean' }
  /** `step`: it has to be a multiple of so many bytes. */
  | { readonly kind: 'size'; readonly min?: number; readonly max?: number; readonly step?: number }
  | { readonly kind: 'duration'; readonly min?: number; readonly max?: number }
  | { readonly kind: 'enum'; readonly values: readonly string[] }
  /** Text that never leaves the process: taken as `env:NAME`, `file:PATH` or a sensitive variable. */
  | { readonly kind: 'secret' }
  /** `key` names the field that identifies an item, so that order does not matter and items are compared by name. */
  | { readonly kind: 'list'; readonly of: Schema; readonly key?: string; readonly min?: number; readonly max?: number }
  | { readonly kind: 'map'; readonly of: Schema }
  | ObjectSchema
  /** The first of the alternatives whose JSON type fits. */
  | { readonly kind: 'either'; readonly of: readonly Schema[] }
  | { readonly kind: 'any' }

export interface ObjectSchema {
  readonly kind: 'object'
  readonly fields: Readonly<Record<string, Field>>
}

export interface Field {
  readonly schema: Schema
  /** One or two sentences for the reference and the editor. */
  readonly doc: string
  readonly required?: boolean
  /** Others read it where the object stands, as a name or an address: a sensitive variable is refused in it. */
  readonly public?: boolean
  /** In normalised form (bytes, milliseconds). A field with a default is managed even when it is not set. */
  readonly default?: Plain
  readonly examples?: readonly Plain[]
  /** How else a configuration may spell it; each is read with a warning. */
  readonly spellings?: Spellings
  /** Only in settings of a provider: environment variables that give it where the configuration does not; the first that is not empty wins. */
  readonly environment?: readonly string[]
  /** Fields that it stands in place of: where the configuration gives one of them, the environment does not give this one. */
  readonly insteadOf?: readonly string[]
}

/** Old spellings of a field, in any case; beside `names` also its own name in another case. */
export interface Spellings {
  readonly names: readonly string[]
  /** What a plain number under an old spelling is multiplied by to be in normalised form: 2 ** 20 where it counts MiB. */
  readonly scale?: number
}

export const object = (fields: Readonly<Record<string, Field>>): ObjectSchema => ({ kind: 'object', fields })
