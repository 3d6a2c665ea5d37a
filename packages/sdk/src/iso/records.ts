import { bothEndian16, bothEndian32, recordHeader, sectorSize } from './layout.ts'

/** What a directory record points at. `name` is encoded; `sector` and `bytes` say where the data is. */
export interface RecordOf {
  readonly name: Uint8Array
  readonly sector: number
  readonly bytes: number
  readonly directory: boolean
}

// A fixed date (1980-01-01 00:00 UTC), so that the same files always give the same bytes.
const recordDate = [80, 1, 1, 0, 0, 0, 0]

/** A directory record, ECMA-119 9.1; always of even length. */
export const directoryRecord = (of: RecordOf): Uint8Array => {
  const length = recordHeader + of.name.length
  const bytes = new Uint8Array(length + (length % 2))
  const view = new DataView(bytes.buffer)
  bytes[0] = bytes.length
  bothEndian32(view, 2, of.sector)
  bothEndian32(view, 10, of.bytes)
  bytes.set(recordDate, 18)
  bytes[25] = of.directory ? 2 : 0
  bothEndian16(view, 28, 1)
  bytes[32] = of.name.length
  bytes.set(of.name, recordHeader)
  return bytes
}

/** The root directory's data: itself, its parent (itself), then the files in order of their names; whole sectors. */
export const rootDirectory = (sector: number, bytes: number, files: readonly RecordOf[]): Uint8Array => {
  const root = { sector, bytes, directory: true }
  const records = [{ ...root, name: Uint8Array.of(0) }, { ...root, name: Uint8Array.of(1) }, ...files.toSorted(byName)].map(directoryRecord)
  const data = new Uint8Array(bytes)
  placeRecords(records, (record, at) => data.set(record, at))
  return data
}

/** How many bytes (whole sectors) a root directory with these names takes. */
export const rootDirectorySize = (names: readonly Uint8Array[]): number => {
  const lengths = [1, 1, ...names.map((name) => name.length)]
  const end = placeRecords(
    lengths.map((length) => new Uint8Array(recordHeader + length + ((recordHeader + length) % 2))),
    () => undefined,
  )
  return Math.ceil(end / sectorSize) * sectorSize
}

// A record never crosses the end of a sector.
const placeRecords = (records: readonly Uint8Array[], place: (record: Uint8Array, at: number) => void): number => {
  let at = 0
  for (const record of records) {
    if ((at % sectorSize) + record.length > sectorSize) at = Math.ceil(at / sectorSize) * sectorSize
    place(record, at)
    at += record.length
  }
  return at
}

const byName = (a: RecordOf, b: RecordOf): number => {
  const length = Math.min(a.name.length, b.name.length)
  for (let i = 0; i < length; i++) if (a.name[i] !== b.name[i]) return (a.name[i] ?? 0) - (b.name[i] ?? 0)
  return a.name.length - b.name.length
}
