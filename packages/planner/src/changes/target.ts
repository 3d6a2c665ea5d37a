import type { Address, Change, Diagnostic, Row, UnitName } from '@forgeplan/model'
import { parseAddress, parseUnitName, unitOf } from '@forgeplan/model'
import type { Survey } from '../members/survey.ts'
import { closureOf, reversed } from '../order/unit-order.ts'

/** Which addresses a plan is narrowed to. */
export type Selection = (address: Address) => boolean

/**
 * The targets, and what has to go with them: what they depend on, or, where everything is taken down, what depends on
 * them. A target that is one address leaves its siblings alone.
 */
export const selectionOf = (survey: Survey): Selection => {
  const { targets, mode } = survey.request.options
  if (targets.length === 0) return () => true
  const units = targets.map((name) => parseUnitName(name) ?? unitOf(name as Address))
  const ties = mode === 'destroy' ? reversed(complete(survey)) : survey.dependencies
  const whole = new Set([...closureOf(units, ties)].filter((unit) => !units.includes(unit) || targets.includes(unit)))
  const single = new Set(targets.filter((name) => parseUnitName(name) === undefined || name.startsWith('instance.')))
  return (address) => whole.has(unitOf(address)) || single.has(address) || single.has(ownerOf(address))
}

// Every unit as a key, so that the reversed ties know it.
const complete = ({ former }: Survey): Survey['former'] => {
  const names = new Set([...former.keys(), ...[...former.values()].flat()])
  return new Map([...names].map((name) => [name, former.get(name) ?? []]))
}

const ownerOf = (address: Address): string =>
  `${unitOf(address)}${address.split('/').length === 3 ? `/${address.split('/')[1] ?? ''}` : ''}`

/** Changes outside of the selection become keeps, or nothing where nothing stands. */
export const narrow = (changes: readonly Change[], selected: Selection, rows: ReadonlyMap<Address, Row>): readonly Change[] =>
  changes.flatMap((change) => {
    if (change.action === 'keep' || selected(change.address)) return [change]
    const row = rows.get(change.address)
    return row === undefined ? [] : [{ action: 'keep', address: change.address, type: change.type, uid: row.uid }]
  })

/** Targets and replacements that name nothing, and a reminder that the plan is not whole. */
export const targetDiagnostics = ({ request, located }: Survey, wanted: ReadonlySet<Address>): readonly Diagnostic[] => {
  const units = new Set<UnitName>([...request.desired.units.map(({ name }) => name), ...[...located.rows.keys()].map(unitOf)])
  const names = [...request.options.targets, ...request.options.replace]
  const exists = (name: string): boolean => {
    const unit = parseUnitName(name)
    const address = parseAddress(name)
    return (unit !== undefined && units.has(unit)) || (address !== undefined && (wanted.has(address) || located.rows.has(address)))
  }
  const unknown = names.filter((name) => !exists(name)).map(unknownTarget)
  return request.options.targets.length === 0 ? unknown : [...unknown, narrowed]
}

const unknownTarget = (name: string): Diagnostic => ({
  severity: 'error',
  code: 'FORGE3005',
  summary: 'A target names nothing',
  detail: `Neither the configuration nor the state holds "${name}". Name a group (group.web), an instance (instance.nfs) or a member (group.web/2); "forge state list" shows what there is.`,
})

const narrowed: Diagnostic = {
  severity: 'warning',
  code: 'FORGE3006',
  summary: 'The plan is narrowed',
  detail: 'Only the targets and what they need are planned. Plan without --target to see whether anything else remains to be done.',
}
