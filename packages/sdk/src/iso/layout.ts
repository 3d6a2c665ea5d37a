/** Bytes of a logical sector and of a logical block. */
export const sectorSize = 2048
/** The first 16 sectors belong to the system; the volume descriptors follow. */
export const descriptorSector = 16
/** Bytes of a directory record without its name. */
export const recordHeader = 33

export const sectorsOf = (bytes: number): number => Math.ceil(bytes / sectorSize)

/** ECMA-119 7.2.3 and 7.3.3: the number in both byte orders, one after the other. */
export const bothEndian16 = (view: DataView, at: number, value: number): void => {
  view.setUint16(at, value, true)
  view.setUint16(at + 2, value, false)
}
export const bothEndian32 = (view: DataView, at: number, value: number): void => {
  view.setUint32(at, value, true)
  view.setUint32(at + 4, value, false)
}
