import type { Mark, Uid } from '@forgeplan/model'
import { uid } from '@forgeplan/model'
import type { Ref, Seen } from '@forgeplan/vsphere-soap'
import { isRef } from '@forgeplan/vsphere-soap'
import type { Given, MadeState } from '../owner.ts'
import { ownerKeys, readMark, readState } from '../owner.ts'
import { decodeName } from '../places/naming.ts'

/** How a machine may grow while it runs, where the server says: up to which memory, in which steps, and by how many CPUs. */
export interface Growth {
  readonly memoryLimitMiB: number | null
  readonly memoryStepMiB: number | null
  readonly coresPerSocket: number | null
}

/** A virtual machine as the inventory shows it. */
export interface Machine {
  readonly ref: Ref
  readonly name: string
  /** The folder that it is in; null in a vApp, which has no folder. */
  readonly parent: Ref | null
  /** Its own identity; null while it is being made. */
  readonly instanceUuid: Uid | null
  readonly isOn: boolean
  /** Neither on nor suspended. */
  readonly isOff: boolean
  readonly isTemplate: boolean
  readonly cpus: number | null
  readonly memoryMiB: number | null
  readonly annotation: string
  readonly guestId: string | null
  readonly firmware: string | null
  readonly hotAdd: boolean
  readonly growth: Growth
  readonly ip: string | null
  /** Read only of a machine that is looked at by itself. */
  readonly toolsRun: boolean
  /** The references of the networks that its adapters are in, each once. */
  readonly networks: readonly string[]
  readonly mark: Mark | undefined
  readonly state: MadeState | null
  /** What of it this login may not read. */
  readonly hidden: readonly string[]
}

/** Whether it stands where it was put. What was taken in from a vApp was in no folder. */
export const isIn = ({ parent }: Pick<Machine, 'parent'>, [, led]: Given): boolean => (parent?.value ?? '') === led

/** The path of one advanced setting. */
export const settingPath = (key: string): string => `config.extraConfig["${key}"].value`

/** What `growthIn` takes: of machines that can grow while they run, and they are few. */
export const growthPaths: readonly string[] = [
  'config.hotPlugMemoryLimit',
  'config.hotPlugMemoryIncrementSize',
  'config.hardware.numCoresPerSocket',
]

/**
 * What is read of every machine in a look at all of them, whose time goes with the number of paths. The keys of the
 * advanced settings are chosen, since all of them are ten times as much.
 */
export const glancePaths: readonly string[] = [
  'name',
  'parent',
  'runtime.powerState',
  'config.instanceUuid',
  'config.template',
  'config.hardware.numCPU',
  'config.hardware.memoryMB',
  'config.annotation',
  'config.guestId',
  'config.firmware',
  'config.cpuHotAddEnabled',
  'config.memoryHotAddEnabled',
  'guest.ipAddress',
  'network',
  settingPath(ownerKeys.mark),
  settingPath(ownerKeys.state),
]

/** What is read of a machine that is looked at by itself. */
export const machinePaths: readonly string[] = [...glancePaths, ...growthPaths, 'guest.toolsRunningStatus']

/** How a machine may grow, of what was read with `growthPaths`. */
export const growthIn = ({ properties }: Seen): Growth => ({
  memoryLimitMiB: asNumber(properties.get('config.hotPlugMemoryLimit')),
  memoryStepMiB: asNumber(properties.get('config.hotPlugMemoryIncrementSize')),
  coresPerSocket: asNumber(properties.get('config.hardware.numCoresPerSocket')),
})

/** The machine of what was read with `machinePaths` or `glancePaths`. */
export const machineOf = (seen: Seen): Machine => {
  const { ref, properties, missing } = seen
  const text = (path: string): string | null => asText(properties.get(path))
  const parent = properties.get('parent')
  return {
    ref,
    name: decodeName(text('name') ?? ref.value),
    parent: isRef(parent) ? parent : null,
    instanceUuid: uuidOf(text('config.instanceUuid')),
    isOn: text('runtime.powerState') === 'poweredOn',
    isOff: text('runtime.powerState') === 'poweredOff',
    isTemplate: properties.get('config.template') === true,
    cpus: asNumber(properties.get('config.hardware.numCPU')),
    memoryMiB: asNumber(properties.get('config.hardware.memoryMB')),
    annotation: text('config.annotation') ?? '',
    guestId: text('config.guestId'),
    firmware: text('config.firmware'),
    hotAdd: properties.get('config.cpuHotAddEnabled') === true && properties.get('config.memoryHotAddEnabled') === true,
    growth: growthIn(seen),
    ip: text('guest.ipAddress'),
    networks: refsIn(properties.get('network')),
    toolsRun: text('guest.toolsRunningStatus') === 'guestToolsRunning',
    mark: readMark(text(settingPath(ownerKeys.mark))),
    state: readState(text(settingPath(ownerKeys.state))),
    // A path that a server does not know is no secret.
    hidden: missing.filter(({ fault }) => fault !== 'InvalidProperty').map(({ path }) => path),
  }
}

const uuidOf = (text: string | null): Uid | null => (text === null ? null : uid(text.toLowerCase()))
const refsIn = (value: unknown): readonly string[] =>
  (Array.isArray(value) ? (value as readonly unknown[]) : []).filter(isRef).map((ref) => ref.value)
const asText = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null)
const asNumber = (value: unknown): number | null => (typeof value === 'number' ? value : typeof value === 'bigint' ? Number(value) : null)
