import type { Mark } from '@forgeplan/model'
import { parseMark } from '@forgeplan/model'
import type { Remembered } from './labels/remembered.ts'
import { isAnything, readRemembered } from './labels/remembered.ts'

/** Advanced settings of a machine that its guest cannot write: who owns it, and how forge made it. */
export const ownerKeys = { mark: 'forge.mark', state: 'forge.state' } as const

/** Where something stood when forge put it there: the words of the configuration, and what they led to. */
export type Given = readonly [text: string, led: string]

/** A disk where it was made: its unit on the first SCSI controller, and what the configuration said besides its size. */
export interface DiskMade {
  readonly unit: number
  readonly thick?: boolean
  readonly retain?: boolean
  /** The one of `persistentSize`. */
  readonly persistent?: boolean
}

/** What forge remembers on the machine itself, so that a look needs no configuration. */
export interface MadeState {
  /** Whether it shall run. */
  readonly power: 'on' | 'off'
  /** The folder; `led` is the folder's reference. */
  readonly folder: Given
  /** The reference of the folder that it is being taken out of by forge itself; null while it is not being moved. */
  readonly leaving: string | null
  /** One for each adapter that is managed; `led` is what its backing names: a port group's key, a network's name. */
  readonly networks: readonly Given[]
  /** The reference of the network where there is one; null where none or several are managed. */
  readonly onlyNetwork: string | null
  /** `led` is the file, `[datastore] path`. */
  readonly iso: Given | null
  /** forge's own data image: the reference of its datacenter, and the file. */
  readonly data: Given | null
  /** By name. */
  readonly disks: Readonly<Record<string, DiskMade>>
  /** The advanced settings that the configuration names. */
  readonly keys: readonly string[]
  readonly tags: Readonly<Record<string, string>>
  /** Absent where there are none. */
  readonly labels?: Remembered
}

/** Whether a key can be one of a machine's advanced settings that the configuration names: a path is made of it. */
export const isSettingKey = (key: string): boolean => /^[A-Za-z0-9][A-Za-z0-9._:-]{0,127}$/.test(key) && !/^forge\./i.test(key)

/** The mark on a machine, from a text that anybody may have written. */
export const readMark = (text: unknown): Mark | undefined => parseMark(fromJson(text))

/** What forge remembers on a machine; null where nothing readable stands. */
export const readState = (text: unknown): MadeState | null => {
  const value = fromJson(text)
  if (!isRecord(value)) return null
  const { power, folder, leaving = null, networks, onlyNetwork = null, iso, data = null, disks, keys, tags } = value
  if ((power !== 'on' && power !== 'off') || !isGiven(folder) || !isListOf(networks, isGiven)) return null
  if (
    (leaving !== null && !isText(leaving)) ||
    (iso !== null && !isGiven(iso)) ||
    (data !== null && !isGiven(data)) ||
    !isRecordOf(disks, isDisk) ||
    !isListOf(keys, isText) ||
    !isRecordOf(tags, isText)
  )
    return null
  if (onlyNetwork !== null && !isText(onlyNetwork)) return null
  const state: MadeState = { power, folder, leaving, networks, onlyNetwork, iso, data, disks, keys: keys.filter(isSettingKey), tags }
  const labels = readRemembered(value['labels'])
  return isAnything(labels) ? { ...state, labels } : state
}

/** The settings that make a machine forge's. An empty text takes a setting off. */
export const ownerSettings = (mark: Mark | null, state: MadeState | null): Readonly<Record<string, string>> => ({
  [ownerKeys.mark]: mark === null ? '' : JSON.stringify(mark),
  [ownerKeys.state]: state === null ? '' : JSON.stringify(state),
})

const fromJson = (text: unknown): unknown => {
  if (typeof text !== 'string' || text.length > 65_536) return undefined
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
const isText = (value: unknown): value is string => typeof value === 'string'
const isFlag = (value: unknown): boolean => value === undefined || typeof value === 'boolean'
const isDisk = (value: unknown): value is DiskMade =>
  isRecord(value) && Number.isSafeInteger(value['unit']) && ['thick', 'retain', 'persistent'].every((flag) => isFlag(value[flag]))
const isGiven = (value: unknown): value is Given => Array.isArray(value) && value.length === 2 && value.every(isText)
const isListOf = <T>(value: unknown, of: (item: unknown) => item is T): value is readonly T[] => Array.isArray(value) && value.every(of)
const isRecordOf = <T>(value: unknown, of: (item: unknown) => item is T): value is Readonly<Record<string, T>> =>
  isRecord(value) && Object.values(value).every(of)
