import type { Call, Target } from '@forgeplan/sdk'
import { ProviderError } from '@forgeplan/sdk'
import type { Client, Ref } from '@forgeplan/vsphere-soap'
import type { Folders } from '../folders.ts'
import type { Places } from '../places/places.ts'
import type { VsphereSettings } from '../settings.ts'
import type { Inventory } from './inventory.ts'
import type { Source } from './source.ts'
import type { Sight } from './sight.ts'
import { ownershipOf } from './sight.ts'
import type { VmInputs } from './vm-type.ts'

/** One session's tools. */
export interface Workshop {
  readonly client: Client
  readonly folders: Folders
  readonly inventory: Inventory
  readonly settings: VsphereSettings
  /** What a clone has to know of a template. */
  template(ref: Ref, signal: AbortSignal): Promise<Source>
  /** What a machine's names lead to. @throws ProviderError `invalid` that says all that is wrong. */
  resolve(inputs: VmInputs, signal: AbortSignal): Promise<Places>
}

/** What an effect on one machine needs. */
export interface Work {
  readonly shop: Workshop
  readonly target: Target
  readonly call: Call
}

/** The target's machine; null where there is none. @throws ProviderError where one stands that must not be touched. */
export const ownMachine = async ({ shop, target, call }: Work): Promise<Sight | null> => {
  const sight = await shop.inventory.find(target, call.signal)
  if (sight === null) return null
  const { machine } = sight
  if (machine.hidden.length > 0) throw new ProviderError('denied', 'This login may not read the machine.')
  const owner = ownershipOf(machine, target)
  switch (owner) {
    case 'ours':
      return sight
    case 'stranger':
      return null
    case 'unmarked':
      throw new ProviderError('conflict', 'The machine carries no mark; it is left alone.')
    case 'copy':
      throw new ProviderError('conflict', 'The machine carries a mark that is not its own; it is left alone.')
    case 'foreign':
      throw new ProviderError('conflict', `The machine belongs to lineage ${machine.mark?.lineage ?? ''}; it is left alone.`)
    default:
      return owner satisfies never
  }
}

/** Waits for a task whose end makes a difference to what is seen. */
export const finish = async ({ shop, call }: Work, task: Ref, words: string): Promise<unknown> =>
  shop.client.wait(task, { signal: call.signal, onProgress: (percent) => call.progress(words, percent / 100) })
