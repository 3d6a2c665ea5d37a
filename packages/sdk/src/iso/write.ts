import { pathTable, terminator, volumeDescriptor } from './descriptor.ts'
import { IsoError } from './error.ts'
import { descriptorSector, sectorSize, sectorsOf } from './layout.ts'
import type { NamedFile } from './names.ts'
import { nameFiles } from './names.ts'
import { directoryRecord, rootDirectory, rootDirectorySize } from './records.ts'

/** What stands in an image: a label of 1 to 16 letters, digits, `_` or `-`, and the files of its root directory. */
export interface IsoContent {
  readonly label: string
  readonly files: Readonly<Record<string, Uint8Array>>
}

/** The fixed part: three descriptors, then four path tables of one sector each; the directories follow. */
const tables = { primary: [19, 20], joliet: [21, 22], end: 23 } as const

/**
 * An ISO 9660 image with Joliet names and one flat directory. The same content gives the same bytes.
 * @throws IsoError for a label or a file name that does not fit.
 */
export const writeIso = (content: IsoContent): Uint8Array => {
  if (!/^[\w-]{1,16}$/.test(content.label)) throw new IsoError('The label does not fit an ISO 9660 image.')
  const files = nameFiles(content.files)
  const primary = { sector: tables.end, bytes: rootDirectorySize(files.map((file) => file.primary)) }
  const joliet = { sector: primary.sector + sectorsOf(primary.bytes), bytes: rootDirectorySize(files.map((file) => file.joliet)) }
  const data = placeFiles(files, joliet.sector + sectorsOf(joliet.bytes))
  const image = new Uint8Array(data.end * sectorSize)
  const put = (sector: number, bytes: Uint8Array): void => image.set(bytes, sector * sectorSize)

  for (const [place, root] of [
    ['primary', primary],
    ['joliet', joliet],
  ] as const) {
    const [little, big] = tables[place]
    const table = { bytes: 10, little, big }
    const record = directoryRecord({ name: Uint8Array.of(0), directory: true, ...root })
    const at = descriptorSector + (place === 'primary' ? 0 : 1)
    put(at, volumeDescriptor({ joliet: place === 'joliet', label: content.label, sectors: data.end, pathTable: table, root: record }))
    put(little, pathTable(root.sector, true))
    put(big, pathTable(root.sector, false))
    const records = data.files.map((file) => ({ name: file[place], sector: file.sector, bytes: file.content.length, directory: false }))
    put(root.sector, rootDirectory(root.sector, root.bytes, records))
  }
  put(descriptorSector + 2, terminator())
  for (const file of data.files) put(file.sector, file.content)
  return image
}

interface Placed extends NamedFile {
  readonly sector: number
}

const placeFiles = (files: readonly NamedFile[], first: number): { readonly files: readonly Placed[]; readonly end: number } => {
  const placed: Placed[] = []
  let sector = first
  for (const file of files) {
    placed.push({ ...file, sector })
    sector += sectorsOf(file.content.length)
  }
  return { files: placed, end: sector }
}
