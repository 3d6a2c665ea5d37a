import { ProviderError } from '@forgeplan/sdk'
import type { Client, Ref } from '@forgeplan/vsphere-soap'
import type { AnyVirtualDevice } from '@forgeplan/vsphere-soap/types'
import { readDetails } from './details.ts'

type Devices = readonly AnyVirtualDevice[]

/** The devices of the templates of a session, each read once. */
export class TemplateDevices {
  readonly #client: Client
  readonly #known = new Map<string, Promise<Devices>>()

  constructor(client: Client) {
    this.#client = client
  }

  /** @throws ProviderError where the template is gone; VsphereError. */
  devices(ref: Ref, signal: AbortSignal): Promise<Devices> {
    const known = this.#known.get(ref.value)
    if (known !== undefined) return known
    const reading = this.#read(ref, signal)
    this.#known.set(ref.value, reading)
    // What failed is tried anew by whoever comes next.
    reading.catch(() => this.#known.delete(ref.value))
    return reading
  }

  async #read(ref: Ref, signal: AbortSignal): Promise<Devices> {
    const details = (await readDetails(this.#client, [ref], { signal })).get(ref.value)
    if (details === undefined) throw new ProviderError('conflict', 'The template is gone.')
    return details.devices
  }
}
