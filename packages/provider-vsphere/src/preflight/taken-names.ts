import type { Client, Ref } from '@forgeplan/vsphere-soap'
import { decodeName, encodeName, pathOf, shown } from '../places/naming.ts'
import { refsOf } from '../places/properties.ts'
import { keyOf } from '../places/ref-key.ts'
import { machineOf, machinePaths } from '../vm/machine.ts'
import type { Finding } from './finding.ts'
import type { Targeted } from './targets.ts'

/** Names that something else has. @throws VsphereError; the signal's reason. */
export const nameFindings = async (client: Client, targets: readonly Targeted[], signal: AbortSignal): Promise<readonly Finding[]> => [
  ...twice(targets),
  ...(await takenNames(client, targets, signal)),
  ...(await takenFolders(client, targets, signal)),
]

const finding = { severity: 'error', code: 'FORGE5309', summary: 'A name is taken' } as const

const placeOf = ({ lowest, missing }: Targeted['folder']): string => lowest.path + pathOf(missing)

const twice = (targets: readonly Targeted[]): readonly Finding[] => {
  const first = new Map<string, string>()
  return targets.flatMap(({ machine: { address, inputs }, folder }) => {
    if (inputs.name === undefined) return []
    const place = placeOf(folder)
    const path = `${place}/${encodeName(inputs.name)}`
    const other = first.get(path)
    if (other === undefined) first.set(path, address)
    if (other === undefined) return []
    const text = `The name "${shown(inputs.name)}" in the folder ${shown(place)} is also wanted by ${other}. Give each its own, for example with \${member.id}.`
    return [{ ...finding, text, address }]
  })
}

const takenNames = async (client: Client, targets: readonly Targeted[], signal: AbortSignal): Promise<readonly Finding[]> => {
  const named = targets.filter(({ machine, folder }) => machine.inputs.name !== undefined && folder.missing.length === 0)
  const folders = new Map(named.map(({ folder }) => [keyOf(folder.lowest.ref), folder.lowest]))
  const findings: Finding[] = []
  for (const [key, { ref, path }] of folders) {
    const taken = await foreignNames(client, ref, signal)
    for (const { machine, folder } of named) {
      const { name = '' } = machine.inputs
      if (keyOf(folder.lowest.ref) !== key || !taken.has(name)) continue
      const text = `The folder ${shown(path)} has a machine named "${shown(name)}" that is not forge’s. Import it, choose another name or folder, or take it away.`
      findings.push({ ...finding, text, address: machine.address })
    }
  }
  return findings
}

// One that carries a genuine mark may be the predecessor, which goes before its successor comes.
const foreignNames = async (client: Client, folder: Ref, signal: AbortSignal): Promise<ReadonlySet<string>> => {
  const seen = await client.look(folder, ['childEntity'], { signal })
  const objects = (seen === null ? [] : (refsOf(seen, 'childEntity') ?? [])).filter(({ type }) => type === 'VirtualMachine')
  const names = new Set<string>()
  for await (const each of client.retrieve({ of: { objects }, properties: { VirtualMachine: machinePaths } }, { signal, pageSize: 1000 })) {
    const { name, mark, instanceUuid } = machineOf(each)
    if (mark === undefined || mark.uid !== instanceUuid) names.add(decodeName(name))
  }
  return names
}

// What is to be made as a folder may stand as a machine.
const takenFolders = async (client: Client, targets: readonly Targeted[], signal: AbortSignal): Promise<readonly Finding[]> => {
  const { searchIndex } = client.content
  if (searchIndex === undefined) return []
  const known = new Map<string, boolean>()
  const findings: Finding[] = []
  for (const { machine, folder } of targets) {
    const [name] = folder.missing
    if (name === undefined) continue
    const path = folder.lowest.path + pathOf([name])
    const isTaken = known.get(path) ?? (await isMachine(client, searchIndex, folder.lowest.ref, { name, signal }))
    known.set(path, isTaken)
    if (!isTaken) continue
    const text = `The folder ${shown(path)} cannot be made: a machine has that name. Choose another folder.`
    findings.push({ ...finding, text, address: machine.address })
  }
  return findings
}

const isMachine = async (
  client: Client,
  searchIndex: Ref,
  entity: Ref,
  { name, signal }: { readonly name: string; readonly signal: AbortSignal },
): Promise<boolean> =>
  (await client.call('FindChild', searchIndex, { entity, name: encodeName(name) }, { signal }))?.type === 'VirtualMachine'
