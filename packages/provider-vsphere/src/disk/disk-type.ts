import type { Effect, ResourceType } from '@forgeplan/model'
import { object, typeName } from '@forgeplan/model'

export const diskType = typeName('vsphere', 'disk')

/** `size` is bytes. */
export type DiskInputs = { readonly size: number; readonly thick?: boolean }

export type DiskOutputs = {
  /** `[datastore] folder/uid.vmdk` */
  readonly file: string
}

// Neither can be had without another disk, and what is kept is kept for its content.
const effectOf: ResourceType['effect'] = (field, before, after): Effect =>
  field === 'size' && typeof before === 'number' && typeof after === 'number' && after > before ? 'live' : 'refuse'

/** `vsphere/disk`: a disk that outlives its machine. */
export const disk: ResourceType = {
  name: diskType,
  doc: 'A disk that outlives its machine, in the folder of kept disks. Made for each disk of a machine with retain: true.',
  version: 1,
  inputs: object({
    size: {
      schema: { kind: 'size', min: 2 ** 20, max: 62 * 2 ** 40, step: 2 ** 20 },
      doc: 'Capacity; it can grow and never shrinks.',
      required: true,
    },
    thick: { schema: { kind: 'boolean' }, doc: 'Whether it takes all of its space at once.' },
  }),
  outputs: object({ file: { schema: { kind: 'string' }, doc: 'Where it lies.', required: true } }),
  effect: effectOf,
  guest: 'none',
}
