import type { Catalog, MemberShape, PlainMap, ProviderType, ResourceType, SecretSource, Span, UnitName, Value } from '@forgeplan/model'
import type { Inputs } from './inputs.ts'

/** What a variable stands for; `failed` ones were reported where they are declared. */
export type VariableState =
  | { readonly kind: 'known'; readonly value: Value; readonly given: boolean; readonly sensitive: boolean }
  | { readonly kind: 'failed' }

/** A group or instance as far as others can refer to it. `undefined` parts were reported where they stand. */
export interface UnitHead {
  readonly name: UnitName
  readonly shape: MemberShape | undefined
  readonly provider: string | undefined
  readonly type: ResourceType | undefined
  readonly keySpan: Span
  /** Its members may get other numbers with every roll, so that any number may stand. */
  readonly renumbers: boolean
}

/** An image as far as others can refer to it. `paths` is undefined where it was reported. */
export interface ImageHead {
  readonly name: UnitName
  /** Where it is pushed; undefined where that was reported. */
  readonly provider: string | undefined
  /** What machines boot from, once it is pushed: `iso`, or `kernel`, `initrd` and `cmdline`; and its `version`. */
  readonly paths: PlainMap | undefined
}

export interface ProviderHead {
  readonly name: string
  readonly type: ProviderType | undefined
}

/** Everything that a value of the configuration can name. */
export interface Names {
  readonly catalog: Catalog
  readonly inputs: Inputs
  readonly stack: { readonly name: string | undefined; readonly environment: string }
  readonly variables: ReadonlyMap<string, VariableState>
  readonly providers: ReadonlyMap<string, ProviderHead>
  readonly flavors: ReadonlySet<string>
  readonly units: ReadonlyMap<UnitName, UnitHead>
  readonly images: ReadonlyMap<string, ImageHead>
}

/** Which values a place takes. */
export interface Zone {
  /** What may still be late in the result: nothing, outputs of others, or outputs and the member. */
  readonly late: 'nothing' | 'outputs' | 'member'
  /** Whether `${...}` may stand here at all; if not, why. */
  readonly fixed: boolean
  readonly sensitive: boolean
  /** The unit whose objects are made from this value, which therefore cannot be made from their own outputs. */
  readonly self: UnitName | null
}

export const zones = {
  /** Keys that decide how the rest is read. */
  fixed: { late: 'nothing', fixed: true, sensitive: false, self: null },
  /** Names, sizes, policies, settings. */
  known: { late: 'nothing', fixed: false, sensitive: false, self: null },
  flavor: { late: 'member', fixed: false, sensitive: true, self: null },
  output: { late: 'outputs', fixed: false, sensitive: true, self: null },
} as const satisfies Record<string, Zone>

/** The zone of a unit's machine inputs. */
export const machineZone = (self: UnitName): Zone => ({ late: 'member', fixed: false, sensitive: true, self })

/** What was referred to while a block was read. */
export class Trail {
  readonly sources: Set<SecretSource>
  readonly units = new Map<UnitName, Span>()

  /** With the sources of another trail, blocks are kept apart while what comes from outside is counted together. */
  constructor(sources: Set<SecretSource> = new Set()) {
    this.sources = sources
  }

  unit(name: UnitName, span: () => Span): void {
    if (!this.units.has(name)) this.units.set(name, span())
  }
}
