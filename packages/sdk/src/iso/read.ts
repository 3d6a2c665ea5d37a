import { IsoError } from './error.ts'
import { descriptorSector, recordHeader, sectorSize } from './layout.ts'

/**
 * The files of an image's root directory by name: Joliet's names where it has them, else the primary ones. Trusts
 * nothing in the bytes.
 * @throws IsoError when they are no such image.
 */
export const readIso = (bytes: Uint8Array): Map<string, Uint8Array> => {
  const volume = findVolume(bytes)
  const root = extent(bytes, volume.at + 156)
  const files = new Map<string, Uint8Array>()
  for (let at = 0; at < root.length;) {
    const length = root[at] ?? 0
    // A zero length means that the rest of this sector is empty.
    if (length === 0) at = (Math.floor(at / sectorSize) + 1) * sectorSize
    else {
      const file = readRecord(bytes, root.subarray(at, at + length), volume.joliet)
      if (file !== undefined) files.set(file.name, file.content)
      at += length
    }
  }
  return files
}

interface Volume {
  readonly at: number
  readonly joliet: boolean
}

const findVolume = (bytes: Uint8Array): Volume => {
  let found: Volume | undefined
  for (let sector = descriptorSector; (sector + 1) * sectorSize <= bytes.length && sector < descriptorSector + 64; sector++) {
    const at = sector * sectorSize
    const type = bytes[at]
    if (text(bytes.subarray(at + 1, at + 6), false) !== 'CD001' || type === 255) break
    const joliet = type === 2 && /^%\/[@CE]$/.test(text(bytes.subarray(at + 88, at + 91), false))
    if (joliet) return { at, joliet }
    if (type === 1) found = { at, joliet }
  }
  if (found === undefined) throw new IsoError('These bytes are no ISO 9660 image.')
  return found
}

const readRecord = (
  image: Uint8Array,
  record: Uint8Array,
  joliet: boolean,
): { readonly name: string; readonly content: Uint8Array } | undefined => {
  const nameLength = record[32]
  if (record.length <= recordHeader || nameLength === undefined || recordHeader + nameLength > record.length) throw broken()
  if (((record[25] ?? 0) & 2) !== 0) return undefined
  const name = text(record.subarray(recordHeader, recordHeader + nameLength), joliet).replace(joliet ? /;\d+$/ : /\.?;\d+$/, '')
  return { name, content: extent(image, record.byteOffset - image.byteOffset) }
}

const extent = (image: Uint8Array, record: number): Uint8Array => {
  if (record + recordHeader > image.length) throw broken()
  const view = new DataView(image.buffer, image.byteOffset, image.byteLength)
  const from = view.getUint32(record + 2, true) * sectorSize
  const length = view.getUint32(record + 10, true)
  if (from + length > image.length) throw broken()
  return image.subarray(from, from + length)
}

const broken = (): IsoError => new IsoError('The image is damaged: a record points outside of it.')

const text = (bytes: Uint8Array, wide: boolean): string => {
  if (!wide) return String.fromCharCode(...bytes)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  return Array.from({ length: bytes.length >> 1 }, (_, i) => String.fromCharCode(view.getUint16(i * 2))).join('')
}
