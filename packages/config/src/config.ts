import type { MaxDestroy, Output, ProviderUse, RequiredInput, Span, StackName, Unit } from '@forgeplan/model'
import type { PlacedMove } from './blocks/moves.ts'

/** A configuration without mistakes, in order of the file. `expand` brings it into the order that is compared. */
export interface Config {
  readonly stack: StackName
  readonly providers: readonly ProviderUse[]
  readonly units: readonly Unit[]
  readonly outputs: readonly Output[]
  readonly moves: readonly PlacedMove[]
  readonly maxDestroy: MaxDestroy
  readonly requires: readonly RequiredInput[]
  /** Places of blocks: `group.web`, `instance.nfs`, `provider.local`, `flavor.web`, `output.url`. */
  readonly places: ReadonlyMap<string, Span>
}
