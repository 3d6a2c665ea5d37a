import { compareText } from '@forgeplan/model'
import { IsoError } from './error.ts'

/** A file with its name in both directories of the image, each already encoded. */
export interface NamedFile {
  readonly primary: Uint8Array
  readonly joliet: Uint8Array
  readonly content: Uint8Array
}

/** Joliet allows 64 UCS-2 units; these characters are separators on one system or another. */
const forbidden = /[\p{Cc}*/:;?\\]/u

/**
 * Names the files in both directories: in full under Joliet, as `USER_DATA.;1` in the primary directory.
 * @throws IsoError for an empty name, one of more than 64 UTF-16 units, or one that Joliet forbids.
 */
export const nameFiles = (files: Readonly<Record<string, Uint8Array>>): readonly NamedFile[] => {
  const taken = new Set<string>()
  return Object.keys(files)
    .toSorted(compareText)
    .map((name) => {
      if (/^\.{0,2}$/.test(name) || name.length > 64 || forbidden.test(name))
        throw new IsoError('A file name does not fit an ISO 9660 image.')
      return { primary: latin(primaryName(name, taken)), joliet: ucs2(`${name};1`), content: files[name] ?? new Uint8Array() }
    })
}

const primaryName = (name: string, taken: Set<string>): string => {
  const base = name
    .toUpperCase()
    .replaceAll(/[^A-Z0-9_]/g, '_')
    .slice(0, 24)
  let candidate = base
  for (let n = 1; taken.has(candidate); n++) candidate = `${base}_${n}`
  taken.add(candidate)
  return `${candidate}.;1`
}

/** One byte per character. */
export const latin = (text: string): Uint8Array => Uint8Array.from(text, (char) => char.charCodeAt(0) & 0xff)

/** UCS-2, big-endian, as Joliet has it. */
export const ucs2 = (text: string): Uint8Array => {
  const bytes = new Uint8Array(text.length * 2)
  const view = new DataView(bytes.buffer)
  for (let i = 0; i < text.length; i++) view.setUint16(i * 2, text.charCodeAt(i))
  return bytes
}
