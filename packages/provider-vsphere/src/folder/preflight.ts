import type { Call, Forecast, Touched, Wanted } from '@forgeplan/sdk'
import { folderPlace } from '../places/folder-place.ts'
import { segmentsOf } from '../places/naming.ts'
import { problemSummary, problemText } from '../places/problem-text.ts'
import { datacenterOf } from '../places/resolve.ts'
import type { Catalogue, Datacenter } from '../places/catalogue.ts'
import type { Finding } from '../preflight/finding.ts'
import { diagnosticsOf } from '../preflight/finding.ts'
import type { NeedOf } from '../preflight/needs.ts'
import { privilegeFindings } from '../preflight/privileges.ts'
import type { FolderInputs } from './folder-type.ts'
import type { FolderTools } from './standing.ts'

interface Asked {
  readonly wanted: readonly Wanted<FolderInputs>[]
  readonly touched: readonly Touched<FolderInputs>[]
}

/** Problems that making these folders, and changing those, would meet: no datacenter, names that are taken, privileges. */
export const folderPreflight = async (
  { client, atlas, datacenter }: FolderTools,
  { wanted, touched }: Asked,
  { signal }: Pick<Call, 'signal'>,
): Promise<readonly Forecast[]> => {
  if (wanted.length === 0 && touched.length === 0) return []
  const catalogue = await atlas.catalogue(signal)
  if (catalogue.isHost) return diagnosticsOf(wanted.map(({ address }) => ({ ...onHost, address })))
  const judged = wanted.map((each) => judge(catalogue, each, datacenter))
  const needs = [...judged.flatMap((each) => each.needs), ...touched.map(touchedNeed)]
  return diagnosticsOf([...judged.flatMap((each) => each.findings), ...(await privilegeFindings(client, needs, signal))])
}

const onHost = {
  severity: 'error',
  code: 'FORGE5311',
  summary: 'A standalone ESXi host cannot do this',
  text: 'Folders of machines are kept by vCenter, and a standalone host has one for all. Connect to the vCenter.',
} as const satisfies Omit<Finding, 'address'>

interface Judged {
  readonly findings: readonly Finding[]
  readonly needs: readonly NeedOf[]
}

const judge = (catalogue: Catalogue, { address, inputs }: Wanted<FolderInputs>, preset: string | undefined): Judged => {
  const datacenter = inputs.datacenter ?? preset
  const room = datacenterOf(catalogue, { networks: [], ...(datacenter === undefined ? {} : { datacenter }) })
  if (!room.ok) return { findings: room.problems.map((each) => problemOf(address, each, inputs.datacenter === undefined)), needs: [] }
  return { findings: taken(room.value, address, inputs), needs: needsAt(room.value, address, inputs) }
}

const problemOf = (address: Finding['address'], problem: Parameters<typeof problemSummary>[0], isDefault: boolean): Finding => ({
  severity: 'error',
  code: problem.kind === 'missing' ? 'FORGE5303' : problem.kind === 'ambiguous' ? 'FORGE5302' : 'FORGE5301',
  summary: problemSummary(problem),
  text: problemText(problem, isDefault && problem.given !== undefined),
  address,
})

// A parent that is known only at apply says nothing.
const taken = (room: Datacenter, address: Finding['address'], { name, parent }: Partial<FolderInputs>): readonly Finding[] => {
  if (name === undefined || parent === undefined) return []
  const place = folderPlace(room, [...segmentsOf(parent), name])
  if (place === null || place.missing.length > 0) return []
  const text = `The folder ${place.lowest.path} is there already. Import it, or choose another name.`
  return [{ severity: 'error', code: 'FORGE5309', summary: 'A name is taken', text, address }]
}

const label = ['Global.SetCustomField']

const needsAt = (room: Datacenter, address: Finding['address'], { parent = '/' }: Partial<FolderInputs>): readonly NeedOf[] => {
  const place = folderPlace(room, segmentsOf(parent))
  if (place === null) return []
  const { ref, path } = place.lowest
  return [{ ref, label: `the folder ${path}`, address, privileges: ['Folder.Create', 'Folder.Rename', ...label] }]
}

const touchedNeed = ({ address, id, work, fields }: Touched<FolderInputs>): NeedOf => ({
  ref: { type: 'Folder', value: id },
  label: 'the folder itself',
  address,
  privileges: [
    ...label,
    ...(work === 'delete' ? ['Folder.Delete', 'Folder.Rename'] : []),
    ...(fields.includes('name') ? ['Folder.Rename'] : []),
    ...(fields.includes('parent') ? ['Folder.Move'] : []),
  ],
})
