import type { Context, ContextId, Desired, ProviderUse, Unit, ValueMap } from '@forgeplan/model'
import { canonicalJson, contextId } from '@forgeplan/model'

/** A hash of text: SHA-256, lower-case hexadecimal. */
export type Hash = (text: string) => string

/** What a row of this unit keeps, so that its object can be taken down without the configuration. A retained part is kept. */
export const contextOf = (desired: Desired, unit: Unit, retain = false): Context => ({
  unit: unit.name,
  provider: providerNamed(desired, unit.provider),
  flavor: unit.flavor,
  policy: retain ? { ...unit.policy, onDestroy: 'keep' } : unit.policy,
  dependsOn: unit.dependsOn,
})

// `expand` has refused a unit whose provider is not configured.
const providerNamed = (desired: Desired, name: string): ProviderUse => {
  const found = desired.providers.find((provider) => provider.name === name)
  if (found === undefined) throw new Error(`The configuration has no provider ${name}.`)
  return found
}

export const contextIdOf = (context: Context, hash: Hash): ContextId => contextId(hash(canonicalJson(context)))

/** SHA-256 over the inputs with late values as their expressions: the mark's hint for `recover`. */
export const specDigest = (inputs: ValueMap, hash: Hash): string => hash(canonicalJson(inputs))
