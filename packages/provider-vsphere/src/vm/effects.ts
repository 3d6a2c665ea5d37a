import type { Effect, Present, Value } from '@forgeplan/model'
import { isList, isMap } from '@forgeplan/model'

const live = new Set([
  'name',
  'namePrefix',
  'folder',
  'notes',
  'network',
  'networks',
  'extraConfig',
  'tags',
  'powerOn',
  'customAttributes',
  'vsphereTags',
  'antiAffinity',
])
const restarting = new Set(['iso', 'hotAdd'])

/** Which change does what; docs/vsphere.md has it as a table. */
export const effectOf = (field: string, before: Value | undefined, after: Value | undefined, seen: Present | null): Effect => {
  if (field === 'cpus' || field === 'memory') return growthEffect(field, before, after, seen)
  if (field === 'disks') return diskEffect(disksOf(before), disksOf(after))
  if (field === 'persistentSize') return diskEffect(persistentOf(before), persistentOf(after))
  if (field === 'powerOn') return after === false ? 'restart' : 'live'
  return live.has(field) ? 'live' : restarting.has(field) ? 'restart' : 'replace'
}

const growthEffect = (field: 'cpus' | 'memory', before: Value | undefined, after: Value | undefined, seen: Present | null): Effect =>
  seen?.inputs['hotAdd'] === true && typeof before === 'number' && typeof after === 'number' && canGrow(field, before, after, seen)
    ? 'live'
    : 'restart'

// What vSphere would refuse while the machine runs it would refuse for ever.
const canGrow = (field: 'cpus' | 'memory', before: number, after: number, { outputs }: Present): boolean => {
  const limit = field === 'memory' ? numberOr(outputs['memoryLimit'], Infinity) : Infinity
  const step = numberOr(outputs[field === 'memory' ? 'memoryStep' : 'coresPerSocket'], 1)
  return after > before && after <= limit && (after - before) % step === 0
}

const numberOr = (value: unknown, otherwise: number): number => (typeof value === 'number' ? value : otherwise)

// A disk that is taken away takes its data with it, which nobody may mistake for a small change; a kept one does not.
const diskEffect = (before: Disks, after: Disks): Effect => {
  const changed = [...before].filter(([name]) => after.has(name)).map(([name, old]) => [old, after.get(name) ?? old] as const)
  if (changed.some(([old, now]) => now.size < old.size || now.retain !== old.retain)) return 'refuse'
  return [...before].some(([name, { retain }]) => !retain && !after.has(name)) ? 'replace' : 'live'
}

type Disks = ReadonlyMap<string, { readonly size: number; readonly retain: boolean }>

const disksOf = (disks: Value | undefined): Disks =>
  new Map(
    (disks !== undefined && isList(disks) ? disks : []).flatMap((each) => {
      const { name, size, retain } = isMap(each) ? each : {}
      return typeof name === 'string' && typeof size === 'number' ? [[name, { size, retain: retain === true }] as const] : []
    }),
  )

const persistentOf = (size: Value | undefined): Disks =>
  new Map(typeof size === 'number' && size > 0 ? [['persistent', { size, retain: false }]] : [])
