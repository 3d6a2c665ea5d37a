import type { Address, Mark, PlainMap } from '@forgeplan/model'
import { canonicalJson, parsePlainMap } from '@forgeplan/model'
import { writeIso } from '@forgeplan/sdk/iso'
import { createHash } from 'node:crypto'
import type { MachineInputs } from '../machine-type.ts'

/** `machine.json`: what was applied, without what may hold a secret (`init`, `environment`). */
export interface Spec {
  readonly inputs: Partial<MachineInputs>
  readonly hostname: string
  /** SHA-256 hex over everything that the machine boots with. */
  readonly bootDigest: string
}

/** What a machine is told by its data image, apart from its init. */
export interface MetaData {
  readonly hostname: string
  readonly port: number | null
  readonly tags: Readonly<Record<string, string>>
  readonly environment: Readonly<Record<string, string>>
}

/** The specification of a machine that has these inputs and this mark. */
export const specOf = (desired: MachineInputs, mark: Mark): Spec => {
  const { init, environment, ...readable } = desired
  const hostname = desired.name ?? defaultName(mark.stack, mark.address)
  const { tags: _, ...booted } = readable
  const bootDigest = sha256(canonicalJson({ ...booted, hostname, init: init ?? null, environment: environment ?? {} }))
  return { inputs: readable, hostname, bootDigest }
}

/** The same boot with other tags: what can be changed while a machine runs. */
export const withTags = (spec: Spec, desired: MachineInputs): Spec => {
  const { tags: _, ...inputs } = spec.inputs
  return { ...spec, inputs: desired.tags === undefined ? inputs : { ...inputs, tags: desired.tags } }
}

/** `<stack>-<group>-<member>`, cut to what a host name may be. */
export const defaultName = (stack: string, address: Address): string =>
  `${stack}-${address.slice(address.indexOf('.') + 1)}`
    .replaceAll(/[^A-Za-z0-9-]/g, '-')
    .slice(0, 63)
    .replace(/-+$/, '')

/** The `cidata` image that a machine boots from: the one place where its init stands in clear text. */
export const imageOf = (desired: MachineInputs, mark: Mark): Uint8Array => {
  const text = new TextEncoder()
  const meta = {
    'instance-id': mark.uid,
    'local-hostname': specOf(desired, mark).hostname,
    port: desired.port ?? null,
    tags: desired.tags ?? {},
    environment: desired.environment ?? {},
  }
  const userData = text.encode(desired.init ?? '')
  return writeIso({
    label: 'cidata',
    files: {
      'meta-data': text.encode(`${canonicalJson(meta)}\n`),
      'user-data': userData,
      // The name that LinuxKit's own tools give it.
      config: userData,
      'environment.sh': text.encode(environmentScript(desired, meta['local-hostname'])),
    },
  })
}

/** What a real machine's guest reads with its shell before it runs its init. */
const environmentScript = ({ environment, port, guestPort }: MachineInputs, hostname: string): string => {
  const served = guestPort ?? port
  const all = { FORGE_MEMBER: hostname, ...(served === undefined ? {} : { PORT: String(served) }), ...environment }
  return Object.entries(all)
    .filter(([name]) => /^[A-Za-z_]\w*$/.test(name))
    .map(([name, value]) => `export ${name}='${value.replaceAll("'", `'\\''`)}'\n`)
    .join('')
}

/** Reads an image's `meta-data`; `undefined` if it is not what `imageOf` writes. */
export const parseMetaData = (bytes: Uint8Array | undefined): MetaData | undefined => {
  const meta = parsePlainMap(parseJson(new TextDecoder().decode(bytes ?? new Uint8Array())))
  if (meta === undefined || typeof meta['local-hostname'] !== 'string') return undefined
  const port = typeof meta['port'] === 'number' ? meta['port'] : null
  return { hostname: meta['local-hostname'], port, tags: texts(meta['tags']), environment: texts(meta['environment']) }
}

export const specJson = (spec: Spec): string => `${canonicalJson({ format: 1, ...spec })}\n`

/** Reads `machine.json`; `undefined` if it is none. */
export const parseSpec = (json: unknown): Spec | undefined => {
  const map = parsePlainMap(json)
  const inputs = parsePlainMap(map?.['inputs'])
  if (map === undefined || inputs === undefined || map['format'] !== 1) return undefined
  const { hostname, bootDigest } = map
  if (typeof hostname !== 'string' || typeof bootDigest !== 'string') return undefined
  return { inputs: parseInputs(inputs), hostname, bootDigest }
}

// Only fields of the right kind are taken; a field that is missing or damaged counts as not readable.
const parseInputs = (map: PlainMap): Partial<MachineInputs> =>
  Object.fromEntries(
    Object.entries(map).filter(([key, value]) => Object.hasOwn(kinds, key) && kinds[key as keyof typeof kinds] === kindOf(value)),
  )

const kinds = {
  cpus: 'number',
  memory: 'number',
  port: 'number',
  guestPort: 'number',
  name: 'string',
  kernel: 'string',
  initrd: 'string',
  cmdline: 'string',
  iso: 'string',
  network: 'string',
  tags: 'object',
  stub: 'object',
  disks: 'list',
  forward: 'list',
} as const

const kindOf = (value: unknown): string => {
  if (Array.isArray(value)) return value.every((item) => parsePlainMap(item) !== undefined) ? 'list' : 'other'
  return value === null ? 'other' : typeof value
}

const texts = (value: unknown): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(parsePlainMap(value) ?? {}).filter((entry): entry is [string, string] => typeof entry[1] === 'string'))

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')
