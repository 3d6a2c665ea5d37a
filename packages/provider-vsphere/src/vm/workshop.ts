import type { Call, Target } from '@forgeplan/sdk'
import { ProviderError } from '@forgeplan/sdk'
import type { Client, Ref } from '@forgeplan/vsphere-soap'
import type { AnyVirtualDevice } from '@forgeplan/vsphere-soap/types'
import type { Folders } from '../folders.ts'
import type { Apart } from '../labels/apart.ts'
import type { LabelSources } from '../labels/seen-labels.ts'
import type { Atlas } from '../places/atlas.ts'
import type { Places } from '../places/places.ts'
import type { VsphereSettings } from '../settings.ts'
import type { Inventory } from './inventory.ts'
import type { Sight } from './sight.ts'
import { ownershipOf, troubleOf } from './sight.ts'
import type { VmInputs } from './vm-type.ts'

/** One session's tools. */
export interface Workshop {
  readonly atlas: Atlas
  readonly client: Client
  readonly folders: Folders
  readonly inventory: Inventory
  readonly labels: LabelSources
  readonly apart: Apart
  readonly settings: VsphereSettings
  /** The devices that a clone of a template has from the beginning. */
  devicesOf(ref: Ref, signal: AbortSignal): Promise<readonly AnyVirtualDevice[]>
  /** The files of a machine's kept disks, by the disk's name. @throws ProviderError where there is no place for them. */
  kept(owner: Target, signal: AbortSignal): Promise<ReadonlyMap<string, string>>
  /** Whether a file is a kept disk, whosever. */
  isKept(file: string, signal: AbortSignal): Promise<boolean>
  /** Forgets folders, templates and all places, after one was found to be gone or another than it was. */
  forget(): void
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
  const trouble = troubleOf(machine)
  if (trouble !== null) throw new ProviderError(machine.hidden.length > 0 ? 'denied' : 'transient', trouble)
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
  shop.client.wait(task, {
    signal: call.signal,
    what: words.replace(/\.$/, ''),
    onProgress: (percent) => call.progress(words, percent / 100),
  })
