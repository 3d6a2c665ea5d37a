import type { Address, Catalog, Desired, Row, State, Unit, UnitName } from '@forgeplan/model'
import { compareAddress, findType, unitOf, versionAddress, versionOf } from '@forgeplan/model'

/** One image, as the configuration and the state know it. */
export interface ImageSummary {
  readonly name: UnitName
  /** Where it is pushed: the name of a provider. */
  readonly provider: string
  /** How many versions stay; null when the configuration no longer has the image. */
  readonly keep: number | null
  /** The wanted one first, then those before it, the newest first. */
  readonly versions: readonly VersionSummary[]
}

export interface VersionSummary {
  readonly version: string
  /** `wanted` and `older` ones are pushed, `unpushed` is wanted and is not; what has no outcome yet is `unfinished`. */
  readonly standing: 'wanted' | 'older' | 'unpushed' | 'unfinished'
  /** Bytes; null where the provider does not say, or nothing is pushed. */
  readonly size: number | null
  readonly files: readonly string[]
  /** Machines of this stack that were last made to boot from it. */
  readonly usedBy: readonly Address[]
}

/** The images of a stack in natural order of their names. */
export const imageList = (desired: Desired, state: State, catalog: Catalog): readonly ImageSummary[] => {
  const units = new Map(desired.units.flatMap((unit) => (unit.shape.kind === 'versions' ? [[unit.name, unit] as const] : [])))
  const rows = [...state.rows.values()].filter(({ phase }) => phase.kind !== 'released')
  const pushed = rows.filter(({ address }) => versionOf(address) !== undefined)
  const names = [...new Set([...units.keys(), ...pushed.map(({ address }) => unitOf(address))])].toSorted(compareAddress)
  const users = usersOf(state, catalog, rows)
  return names.map((name) =>
    summaryOf(name, units.get(name), { state, users, rows: pushed.filter(({ address }) => unitOf(address) === name) }),
  )
}

interface Stock {
  readonly state: State
  readonly rows: readonly Row[]
  readonly users: (row: Row) => readonly Address[]
}

const summaryOf = (name: UnitName, unit: Unit | undefined, { state, rows, users }: Stock): ImageSummary => {
  const shape = unit?.shape.kind === 'versions' ? unit.shape : null
  const wanted = shape === null ? null : versionAddress(name, shape.wanted)
  const isWanted = ({ address }: Row): boolean => address === wanted
  const sorted = rows.toSorted((a, b) => Number(isWanted(b)) - Number(isWanted(a)) || b.generation - a.generation)
  const missing: readonly VersionSummary[] =
    shape === null || rows.some(isWanted) ? [] : [{ version: shape.wanted, standing: 'unpushed', size: null, files: [], usedBy: [] }]
  const versions = sorted.map((row) => versionSummary(row, isWanted(row), users(row)))
  const provider = unit?.provider ?? (rows[0] === undefined ? undefined : state.contexts.get(rows[0].context)?.provider.name) ?? ''
  return { name, provider, keep: shape?.keep ?? null, versions: [...missing, ...versions] }
}

const versionSummary = ({ address, phase, outputs }: Row, isWanted: boolean, usedBy: readonly Address[]): VersionSummary => {
  const { size } = outputs
  return {
    version: versionOf(address) ?? '',
    standing: phase.kind !== 'live' ? 'unfinished' : isWanted ? 'wanted' : 'older',
    size: typeof size === 'number' ? size : null,
    files: filesOf(outputs),
    usedBy,
  }
}

// Where they lie is the provider's to say: one file, or several.
const filesOf = ({ file, files }: Row['outputs']): readonly string[] =>
  [file, ...(Array.isArray(files) ? (files as readonly unknown[]) : [])].filter((each): each is string => typeof each === 'string')

// A machine names what it boots from as the type of the image says that its machines do.
const usersOf = (state: State, catalog: Catalog, rows: readonly Row[]): Stock['users'] => {
  const machines = new Map<string, Address[]>()
  for (const row of rows)
    for (const value of Object.values(row.inputs))
      if (typeof value === 'string') {
        const key = keyOf(row, value)
        machines.set(key, [...(machines.get(key) ?? []), row.address])
      }
  const usersAt = ({ realm }: Row, path: string): readonly Address[] => machines.get(keyOf({ realm }, path)) ?? []
  return (row) => [...new Set(pathsOf(state, catalog, row).flatMap((path) => usersAt(row, path)))].toSorted(compareAddress)
}

// What a first push holds is recorded once it is done; nothing boots from it before.
const pathsOf = (state: State, catalog: Catalog, row: Row): readonly string[] => {
  if (row.phase.kind === 'creating') return []
  const settings = state.contexts.get(row.context)?.provider.settings ?? {}
  const { cmdline: _, ...paths } = findType(catalog, row.type)?.paths?.(row.inputs, settings) ?? {}
  return Object.values(paths).filter((path) => typeof path === 'string')
}

const keyOf = ({ realm }: Pick<Row, 'realm'>, path: string): string => JSON.stringify([realm, path])
