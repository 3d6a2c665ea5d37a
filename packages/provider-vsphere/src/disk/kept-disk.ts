import type { Mark } from '@forgeplan/model'
import { parseMark } from '@forgeplan/model'

/** What stands beside a kept disk and says whose it is. `size` is bytes. */
export interface Label {
  readonly mark: Mark | null
  readonly size: number
  readonly thick: boolean
}

/** A disk in the folder of kept disks. `uid` is its name there, which is its identity. */
export interface KeptDisk {
  readonly uid: string
  /** Null where what stands beside it cannot be read as a label. */
  readonly label: Label | null
  /** Whether the disk itself is there; its label comes first. */
  readonly isMade: boolean
}

/** A label as it is written. */
export const labelText = (label: Label): string => `${JSON.stringify(label)}\n`

/** The label of a text that anybody may have written; null where it is none. */
export const readLabel = (text: string): Label | null => {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return null
  }
  if (typeof value !== 'object' || value === null) return null
  const { mark, size, thick } = value as Readonly<Record<string, unknown>>
  if (!Number.isSafeInteger(size) || (size as number) <= 0 || typeof thick !== 'boolean') return null
  return { mark: mark === null ? null : (parseMark(mark) ?? null), size: size as number, thick }
}
