import type { ObjectSchema, Schema } from '@forgeplan/model'
import { object } from '@forgeplan/model'
import { flag, integer, text } from './kinds.ts'

const device = {
  major: { schema: integer, doc: 'The major number of the device.' },
  minor: { schema: integer, doc: 'The minor number of the device.' },
} as const

const throttle: Schema = { kind: 'list', of: object({ ...device, rate: { schema: integer, doc: 'Bytes or operations per second.' } }) }

const weights = {
  weight: { schema: integer, doc: 'The weight, 10 to 1000.' },
  leafWeight: { schema: integer, doc: 'The weight against its own children.' },
} as const

const memory = object({
  limit: { schema: integer, doc: 'Bytes at most.' },
  reservation: { schema: integer, doc: 'Bytes that it is pushed back to when memory is short.' },
  swap: { schema: integer, doc: 'Bytes of memory and swap.' },
  kernel: { schema: integer, doc: 'Bytes of memory of the kernel.' },
  kernelTCP: { schema: integer, doc: 'Bytes of TCP buffers.' },
  swappiness: { schema: integer, doc: 'How readily it is swapped out, 0 to 100.' },
  disableOOMKiller: { schema: flag, doc: 'Never kill it when memory is short.' },
})

const cpu = object({
  shares: { schema: integer, doc: 'Its share against others.' },
  quota: { schema: integer, doc: 'Microseconds in each period.' },
  period: { schema: integer, doc: 'Microseconds.' },
  realtimeRuntime: { schema: integer, doc: 'Microseconds of real time in each period.' },
  realtimePeriod: { schema: integer, doc: 'Microseconds.' },
  cpus: { schema: text, doc: 'Which processors, such as 0-3.' },
  mems: { schema: text, doc: 'Which memory nodes.' },
})

const blockio = object({
  ...weights,
  weightDevice: { schema: { kind: 'list', of: object({ ...device, ...weights }) }, doc: 'Weights of single devices.' },
  throttleReadBpsDevice: { schema: throttle, doc: 'Bytes read per second.' },
  throttleWriteBpsDevice: { schema: throttle, doc: 'Bytes written per second.' },
  throttleReadIOPSDevice: { schema: throttle, doc: 'Reads per second.' },
  throttleWriteIOPSDevice: { schema: throttle, doc: 'Writes per second.' },
})

const deviceRule = object({
  allow: { schema: flag, doc: 'Whether it may be used.' },
  type: { schema: text, doc: 'a, b or c.' },
  ...device,
  access: { schema: text, doc: 'Letters of rwm.' },
})

const hugepages = object({
  pageSize: { schema: integer, doc: 'The size of a page.' },
  limit: { schema: integer, doc: 'Bytes at most.' },
})

const network = object({
  classID: { schema: integer, doc: 'The class of its packets.' },
  priorities: {
    schema: {
      kind: 'list',
      of: object({ name: { schema: text, doc: 'The interface.' }, priority: { schema: integer, doc: 'Its priority.' } }),
    },
    doc: 'Priorities of interfaces.',
  },
})

/** The limits of a container, as the OCI runtime takes them. */
export const resources: ObjectSchema = object({
  devices: { schema: { kind: 'list', of: deviceRule }, doc: 'Which devices may be used.' },
  memory: { schema: memory, doc: 'Limits of memory.' },
  cpu: { schema: cpu, doc: 'Limits of processors.' },
  pids: { schema: object({ limit: { schema: integer, doc: 'Processes at most.' } }), doc: 'Limits of processes.' },
  blockio: { schema: blockio, doc: 'Limits of disks.' },
  hugepageLimits: { schema: { kind: 'list', of: hugepages }, doc: 'Limits of huge pages.' },
  network: { schema: network, doc: 'Priorities of the network.' },
})
