import { nearest } from '@forgeplan/model'
import type { Found, Ref } from '@forgeplan/vsphere-soap'
import { VsphereFault } from '@forgeplan/vsphere-soap'
import { isImageName } from '../image/image-type.ts'
import type { Datacenter } from '../places/catalogue.ts'
import type { IsoPath } from '../places/iso-path.ts'
import { parseIso } from '../places/iso-path.ts'
import { shown } from '../places/naming.ts'
import { keyOf } from '../places/ref-key.ts'
import type { Seat } from '../places/seat.ts'
import { chooseSeat } from '../places/seat.ts'
import { chooseDatastore } from '../places/storage.ts'
import { problemText } from '../places/problem-text.ts'
import type { Finding } from './finding.ts'
import type { Placed, Site } from './placed.ts'

/** A folder of a datastore, and the machines that boot from a file of it. */
interface Shelf {
  readonly datastore: Ref
  /** `[nfs] linuxkit`. */
  readonly path: string
  readonly uses: readonly { readonly file: string; readonly address: Placed['address'] }[]
}

/** Images that are not there; each folder is searched once. @throws VsphereError; the signal's reason. */
export const imageFindings = async ({ client }: Site, placed: readonly Placed[], signal: AbortSignal): Promise<readonly Finding[]> => {
  const findings: Finding[] = []
  const shelves = new Map<string, Shelf>()
  for (const machine of placed) {
    const sought = shelfOf(machine)
    if (sought === null) continue
    if ('text' in sought) findings.push(sought)
    else shelves.set(keyOfShelf(sought), joined(shelves.get(keyOfShelf(sought)), sought))
  }
  for (const shelf of shelves.values()) {
    signal.throwIfAborted()
    findings.push(...(await missingFrom(client, shelf, signal)))
  }
  return findings
}

const keyOfShelf = ({ datastore, path }: Shelf): string => `${keyOf(datastore)} ${path}`

const joined = (shelf: Shelf | undefined, other: Shelf): Shelf =>
  shelf === undefined ? other : { ...shelf, uses: [...shelf.uses, ...other.uses] }

const finding = { severity: 'error', code: 'FORGE5305', summary: 'An image is not there' } as const

// Null where there is nothing to look for, or the machine's own datastore is not clear, which is told elsewhere.
const shelfOf = (machine: Placed): Shelf | Finding | null => {
  const { address, inputs, resolved, room } = machine
  if (inputs.iso === undefined || room === null) return null
  const iso = parseIso(inputs.iso)
  if (iso === null) return { ...finding, text: `"${shown(inputs.iso)}" names no file. Write "[datastore] folder/file.iso".`, address }
  if (iso.datastore === null) return resolved.ok ? shelfIn(resolved.places.datastore, iso, address) : null
  const place = `the datacenter ${shown(room.name)}`
  const datastore = chooseDatastore(room, place, iso.datastore, seatOf(machine, room, place))
  if (datastore.ok) return shelfIn(datastore.value, iso, address)
  return {
    ...finding,
    text: `For the image "${shown(inputs.iso)}": ${datastore.problems.map((each) => problemText(each)).join(' ')}`,
    address,
  }
}

// Null where it is not clear, which is told elsewhere.
const seatOf = ({ placement, late }: Placed, room: Datacenter, place: string): Seat | null => {
  if (late.some((field) => field === 'cluster' || field === 'host' || field === 'pool')) return null
  const seat = chooseSeat(room, place, placement)
  return seat.ok ? seat.value : null
}

const shelfIn = ({ ref, name }: Pick<Datacenter, 'ref' | 'name'>, { folder, file }: IsoPath, address: Placed['address']): Shelf => ({
  datastore: ref,
  path: `[${name}] ${folder}`.trimEnd(),
  uses: [{ file, address }],
})

const missingFrom = async (client: Site['client'], { datastore, path, uses }: Shelf, signal: AbortSignal): Promise<readonly Finding[]> => {
  try {
    const patterns = [...new Set(uses.map(({ file }) => file)), '*.iso']
    const found = await client.datastores.search(datastore, path, patterns, { signal })
    // What forge pushes may not be there yet.
    const given = uses.filter(({ file }) => !isImageName(file))
    return given.flatMap(({ file, address }) => (isIn(found, file) ? [] : [{ ...finding, text: absence(path, file, found), address }]))
  } catch (error) {
    // It may be that this login must not look into the datastore, and may use it none the less.
    if (!(error instanceof VsphereFault) || error.fault === 'NotAuthenticated') throw error
    return uses.map(({ address }) => ({
      ...unchecked,
      text: `${shown(path)} could not be searched for images: ${error.message}.`,
      address,
    }))
  }
}

const unchecked = { severity: 'warning', code: 'FORGE5312', summary: 'Something could not be checked' } as const

const isIn = (found: readonly Found[] | null, file: string): boolean =>
  found?.some(({ path, isFolder }) => path === file && !isFolder) ?? false

const absence = (path: string, file: string, found: readonly Found[] | null): string => {
  const folder = `"${shown(path)}"`
  if (found === null) return `There is no folder ${folder}, where the image "${shown(file)}" should be. Upload it, or correct its path.`
  const others = found.flatMap((each) => (each.isFolder ? [] : [each.path]))
  const near = nearest(file, others)
  const known = others.length === 0 ? ' It has no images.' : ` Its images are: ${others.slice(0, 10).map(shown).join(', ')}.`
  return `There is no image "${shown(file)}" in ${folder}.${near === undefined ? '' : ` Did you mean "${shown(near)}"?`}${known} Upload it, or correct its path.`
}
