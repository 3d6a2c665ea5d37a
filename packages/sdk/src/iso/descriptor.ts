import { bothEndian16, bothEndian32, sectorSize } from './layout.ts'
import { latin, ucs2 } from './names.ts'

/** What a volume descriptor says; all places are sectors. */
export interface Volume {
  readonly joliet: boolean
  readonly label: string
  /** Sectors of the whole image. */
  readonly sectors: number
  readonly pathTable: { readonly bytes: number; readonly little: number; readonly big: number }
  /** The root directory's own record, 34 bytes. */
  readonly root: Uint8Array
}

/** A primary (ECMA-119 8.4) or Joliet supplementary (8.5) volume descriptor: one sector. */
export const volumeDescriptor = (volume: Volume): Uint8Array => {
  const bytes = blankDescriptor(volume.joliet ? 2 : 1)
  const view = new DataView(bytes.buffer)
  const text = textField(bytes, volume.joliet)
  text(8, 32, '')
  text(40, 32, volume.label)
  bothEndian32(view, 80, volume.sectors)
  // %/E: UCS-2 level 3, by which a reader knows Joliet.
  if (volume.joliet) bytes.set(latin('%/E'), 88)
  bothEndian16(view, 120, 1)
  bothEndian16(view, 124, 1)
  bothEndian16(view, 128, sectorSize)
  bothEndian32(view, 132, volume.pathTable.bytes)
  view.setUint32(140, volume.pathTable.little, true)
  view.setUint32(148, volume.pathTable.big, false)
  bytes.set(volume.root, 156)
  for (const [at, length] of identifiers) text(at, length, '')
  for (const at of [813, 830, 847, 864]) bytes.set(latin('0'.repeat(16)), at)
  bytes[881] = 1
  return bytes
}

// Volume set, publisher, preparer and application; copyright, abstract and bibliographic files.
const identifiers = [
  [190, 128],
  [318, 128],
  [446, 128],
  [574, 128],
  [702, 37],
  [739, 37],
  [776, 37],
] as const

/** The descriptor that ends the set, ECMA-119 8.3. */
export const terminator = (): Uint8Array => blankDescriptor(255)

const blankDescriptor = (type: number): Uint8Array => {
  const bytes = new Uint8Array(sectorSize)
  bytes[0] = type
  bytes.set(latin('CD001'), 1)
  bytes[6] = 1
  return bytes
}

const textField =
  (bytes: Uint8Array, joliet: boolean) =>
  (at: number, length: number, text: string): void =>
    bytes.set(joliet ? ucs2(text.padEnd(length >> 1).slice(0, length >> 1)) : latin(text.padEnd(length).slice(0, length)), at)

/** A path table that holds the root alone, ECMA-119 9.4: ten bytes. */
export const pathTable = (root: number, little: boolean): Uint8Array => {
  const bytes = new Uint8Array(10)
  const view = new DataView(bytes.buffer)
  bytes[0] = 1
  view.setUint32(2, root, little)
  view.setUint16(6, 1, little)
  return bytes
}
