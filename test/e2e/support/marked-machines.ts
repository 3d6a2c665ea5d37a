import type { Client } from '@forgeplan/vsphere-soap'
import { connect } from '@forgeplan/vsphere-soap'
import type { Row } from './oracle.ts'

/** A machine in a vCenter's own inventory, with what forge has written on it. */
export interface VcenterMachine {
  readonly id: string
  readonly name: string
  /** Its own identity; null while it is being made. */
  readonly uid: string | null
  readonly isOn: boolean
  readonly mark: { readonly uid: string; readonly address: string; readonly stack: string } | null
}

export const openVcenter = (port: number): Promise<Client> =>
  connect({ server: `127.0.0.1:${port}`, user: 'user', password: 'pass', trust: { kind: 'none' } })

const markPath = 'config.extraConfig["forge.mark"].value'

/** Every machine with a mark of that stack, and every one that is named as one of its would be. */
export const machinesIn = async ({ content, retrieve }: Client, stack: string): Promise<readonly VcenterMachine[]> => {
  const machines: VcenterMachine[] = []
  const properties = { VirtualMachine: ['name', 'config.instanceUuid', 'runtime.powerState', markPath] }
  for await (const { ref, properties: seen } of retrieve({ of: { under: content.rootFolder }, properties })) {
    const [name, uid, mark] = [seen.get('name'), seen.get('config.instanceUuid'), seen.get(markPath)]
    machines.push({
      id: ref.value,
      name: String(name),
      uid: typeof uid === 'string' ? uid.toLowerCase() : null,
      isOn: seen.get('runtime.powerState') === 'poweredOn',
      mark: typeof mark === 'string' && mark !== '' ? (JSON.parse(mark) as VcenterMachine['mark']) : null,
    })
  }
  return machines.filter(({ name, mark }) => mark?.stack === stack || name.startsWith(`${stack}-`))
}

/** Every folder that forge has made, of whatever stack: by its attributes, or by the name that it has until it carries them. */
export const foldersIn = async ({ content, retrieve, look }: Client): Promise<readonly VcenterMachine[]> => {
  const manager = content.customFieldsManager
  const fields = manager === undefined ? null : await look(manager, ['field'])
  const names = new Map(((fields?.properties.get('field') ?? []) as readonly Field[]).map(({ key, name }) => [key, name]))
  const folders: VcenterMachine[] = []
  const properties = { Folder: ['name', 'customValue'] }
  for await (const { ref, properties: seen } of retrieve({ of: { under: content.rootFolder }, properties })) {
    const name = String(seen.get('name'))
    const values = (seen.get('customValue') ?? []) as readonly { readonly key: number; readonly value: string }[]
    const written = new Map(values.map(({ key, value }) => [names.get(key), value]))
    const [identity, mark] = [written.get('forge.identity') ?? '', written.get('forge.mark') ?? '']
    const uid = identity.startsWith(`${ref.value} `) ? identity.slice(ref.value.length + 1) : /^forge-([0-9a-f-]{36})$/.exec(name)?.[1]
    if (uid !== undefined)
      folders.push({ id: ref.value, name, uid, isOn: true, mark: mark === '' ? null : (JSON.parse(mark) as VcenterMachine['mark']) })
  }
  return folders
}

type Field = { readonly key: number; readonly name: string }

/** Machines that no row claims. The state knows of every object before it exists, so there is none at any moment. */
export const orphansIn = (machines: readonly VcenterMachine[], rows: readonly Row[]): readonly string[] => {
  const known = new Set(rows.map(({ uid }) => uid))
  return machines
    .filter(({ uid, mark }) => uid === null || !known.has(uid) || mark?.uid !== uid)
    .map(({ id, name, uid }) => `orphan: ${name} (${id}, ${String(uid)})`)
}

/** What is wrong with an inventory that a state should describe exactly; empty when all is well. */
export const wrongIn = (machines: readonly VcenterMachine[], rows: readonly Row[]): readonly string[] => [
  ...orphansIn(machines, rows),
  ...repeated(machines.map(({ uid }) => String(uid))).map((uid) => `twin: ${uid}`),
  ...repeated(machines.map(({ name }) => name)).map((name) => `twin: ${name}`),
  ...repeated(machines.map(({ mark }) => String(mark?.address))).map((address) => `twin: ${address}`),
  ...rows.filter(({ uid }) => !machines.some((machine) => machine.uid === uid)).map(({ address }) => `lost: ${address}`),
  ...rows.filter(({ phase }) => phase !== 'live').map(({ address, phase }) => `unfinished: ${address} is ${phase}`),
  ...machines.filter(({ isOn }) => !isOn).map(({ name }) => `does not run: ${name}`),
]

const repeated = (texts: readonly string[]): readonly string[] => texts.filter((text, index) => texts.indexOf(text) !== index)
