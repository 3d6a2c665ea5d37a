import { ProviderError } from '@forgeplan/sdk'
import type { Client, Ref } from '@forgeplan/vsphere-soap'
import { isA } from '@forgeplan/vsphere-soap'
import type { AnyVirtualDevice } from '@forgeplan/vsphere-soap/types'
import { readDetails } from './details.ts'

/** What a clone has to know of its source. */
export interface Source {
  readonly devices: readonly AnyVirtualDevice[]
  readonly snapshot: Ref | null
}

const readSource = async (client: Client, ref: Ref, signal: AbortSignal): Promise<Source> => {
  const [details, seen] = await Promise.all([readDetails(client, [ref], signal), client.look(ref, ['snapshot'], { signal })])
  const devices = details.get(ref.value)?.devices
  if (devices === undefined || seen === null) throw new ProviderError('conflict', 'The template is gone.')
  const snapshot = seen.properties.get('snapshot')
  return { devices, snapshot: isA(snapshot, 'VirtualMachineSnapshotInfo') ? (snapshot.currentSnapshot ?? null) : null }
}

/** The templates of a session, each read once. */
export class Sources {
  readonly #client: Client
  readonly #known = new Map<string, Promise<Source>>()

  constructor(client: Client) {
    this.#client = client
  }

  of(ref: Ref, signal: AbortSignal): Promise<Source> {
    const known = this.#known.get(ref.value)
    if (known !== undefined) return known
    const reading = readSource(this.#client, ref, signal)
    this.#known.set(ref.value, reading)
    reading.catch(() => this.#known.delete(ref.value))
    return reading
  }
}
