import type { ObjectSchema } from '@forgeplan/model'
import { object } from '@forgeplan/model'

const name = { kind: 'string', maxLength: 1024 } as const

/** `providers.*` with `plugin: vsphere`. */
export const settingsSchema: ObjectSchema = object({
  url: {
    schema: {
      kind: 'string',
      maxLength: 2048,
      pattern: '^[^@]*$',
      patternHint: 'an address without a login; user and password have settings of their own',
    },
    doc: 'The vCenter or ESXi host: vcenter.example.com, or https://vcenter.example.com/sdk.',
    examples: ['https://vcenter.example.com/sdk'],
  },
  username: {
    schema: name,
    doc: 'Who logs in.',
    environment: ['INFRAKIT_VSPHERE_VMUSER', 'GOVC_USERNAME', 'VSPHERE_USER', 'VSPHERE_USERNAME'],
  },
  password: {
    schema: { kind: 'secret' },
    doc: 'The password, as env:NAME or file:PATH.',
    environment: ['INFRAKIT_VSPHERE_VMPASS', 'GOVC_PASSWORD', 'VSPHERE_PASSWORD'],
  },
  connection: {
    schema: { kind: 'secret' },
    doc: 'Address, user and password in one, https://user:password@host/sdk, in place of the three above. InfraKit and linuxkit have it so in VCURL.',
    environment: ['INFRAKIT_VSPHERE_VCURL', 'VCURL', 'GOVC_URL'],
    insteadOf: ['url'],
  },
  thumbprint: {
    schema: { kind: 'string', maxLength: 128 },
    doc: 'Trust exactly the certificate with this fingerprint: sha256:... or sha1:..., in pairs of hexadecimal digits.',
  },
  caFile: {
    schema: { kind: 'string', maxLength: 4096 },
    doc: 'Trust the authorities in this PEM file, relative to the configuration.',
    environment: ['GOVC_TLS_CA_CERTS'],
    insteadOf: ['thumbprint', 'insecure'],
  },
  insecure: {
    schema: { kind: 'boolean' },
    doc: 'Trust any certificate. For laboratories only: whoever is in between reads the password.',
    environment: ['GOVC_INSECURE'],
    insteadOf: ['thumbprint', 'caFile'],
  },
  proxy: { schema: { kind: 'string', maxLength: 2048 }, doc: 'HTTP proxy to go through: http://proxy.example.com:3128.' },
  datacenter: {
    schema: name,
    doc: 'Where machines are made that name no datacenter. Default: the only one.',
    environment: ['INFRAKIT_VSPHERE_VCDATACENTER', 'VCDATACENTER', 'GOVC_DATACENTER'],
  },
  cluster: {
    schema: name,
    doc: 'The cluster for machines that name no cluster, host or pool.',
    environment: ['GOVC_CLUSTER'],
  },
  host: {
    schema: name,
    doc: 'The host for machines that name no cluster, host or pool.',
    environment: ['INFRAKIT_VSPHERE_VCHOST', 'VCHOST', 'GOVC_HOST'],
  },
  pool: {
    schema: name,
    doc: 'The resource pool for machines that name no cluster, host or pool.',
    environment: ['GOVC_RESOURCE_POOL'],
  },
  datastore: {
    schema: name,
    doc: 'The datastore for machines that name none. Default: the only one.',
    environment: ['INFRAKIT_VSPHERE_VCDATASTORE', 'VCDATASTORE', 'GOVC_DATASTORE'],
  },
  network: {
    schema: name,
    doc: 'The network of the first adapter of machines that name none.',
    environment: ['INFRAKIT_VSPHERE_VCNETWORK', 'VCNETWORK', 'GOVC_NETWORK'],
  },
  diskFolder: {
    schema: { kind: 'string', pattern: '^\\[[^\\]]+\\] ?[^/]+(/[^/]+)*$', patternHint: '"[datastore] folder"', maxLength: 1024 },
    doc: 'Where the disks lie that outlive their machines (retain): a folder of a datastore.',
    examples: ['[nfs] forge-disks'],
  },
  guestUser: {
    schema: name,
    doc: 'An account of the machines’ own system, for what a flavor runs in them through VMware Tools.',
  },
  guestPassword: { schema: { kind: 'secret' }, doc: 'Its password, as env:NAME or file:PATH.' },
  shutdownTimeout: {
    schema: { kind: 'duration', min: 0, max: 3_600_000 },
    doc: 'How long a guest with VMware Tools may take to shut down before its power is cut. Default: 60s.',
  },
})

/** Normalised settings, secrets in clear text: only in a session's memory. Durations are milliseconds. */
export type VsphereSettings = {
  readonly url?: string
  readonly username?: string
  readonly password?: string
  readonly connection?: string
  readonly thumbprint?: string
  readonly caFile?: string
  readonly insecure?: boolean
  readonly proxy?: string
  readonly diskFolder?: string
  readonly guestUser?: string
  readonly guestPassword?: string
  readonly shutdownTimeout?: number
} & PlaceDefaults

/** Where machines are made that do not say so themselves. */
export type PlaceDefaults = {
  readonly datacenter?: string
  readonly cluster?: string
  readonly host?: string
  readonly pool?: string
  readonly datastore?: string
  readonly network?: string
}
