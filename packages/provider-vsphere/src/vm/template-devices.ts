import { ProviderError } from '@forgeplan/sdk'
import type { Client, Ref } from '@forgeplan/vsphere-soap'
import { isA } from '@forgeplan/vsphere-soap'
import type { AnyVirtualDevice } from '@forgeplan/vsphere-soap/types'
import { once } from '../places/once.ts'
import { readDetails } from './details.ts'

type Devices = readonly AnyVirtualDevice[]

/** The devices of the templates of a session, each read once. */
export class TemplateDevices {
  readonly #client: Client
  readonly #known = new Map<string, (signal: AbortSignal) => Promise<Devices>>()

  constructor(client: Client) {
    this.#client = client
  }

  /** @throws ProviderError where the template is gone; VsphereError. */
  devices(ref: Ref, signal: AbortSignal): Promise<Devices> {
    const known = this.#known.get(ref.value)
    if (known !== undefined) return known(signal)
    const read = once((ends) => this.#read(ref, ends))
    this.#known.set(ref.value, read)
    return read(signal)
  }

  /** Forgets them, after one was found to be another than was read. */
  forget(): void {
    this.#known.clear()
  }

  async #read(ref: Ref, signal: AbortSignal): Promise<Devices> {
    const details = (await readDetails(this.#client, [ref], { signal })).get(ref.value)
    if (details === undefined) throw new ProviderError('conflict', 'The template is gone.')
    // A clone has addresses of its own.
    return details.devices.map(withoutMac)
  }
}

const withoutMac = (device: AnyVirtualDevice): AnyVirtualDevice => {
  if (!isA(device, 'VirtualEthernetCard')) return device
  const { macAddress: _, ...rest } = device
  return rest
}
