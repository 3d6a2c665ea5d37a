import type { Address, Change, Diagnostic, Row, UnitName } from '@forgeplan/model'
import { compareAddress, nearestAddress, ownerOf, parseAddress, parseUnitName, unitOf } from '@forgeplan/model'
import type { Survey } from '../members/survey.ts'
import { closureOf, reversed } from '../order/unit-order.ts'

/** Which addresses a plan is narrowed to. */
export type Selection = (address: Address) => boolean

/**
 * The targets, and what has to go with them: what they depend on, or, where everything is taken down, what depends on
 * them. A target that is one address leaves its siblings alone.
 */
export const selectionOf = (survey: Survey): Selection => {
  const { imports, unseated } = survey
  if (imports.length + unseated.length > 0) return (address) => imports.some((one) => one.address === address)
  const [targeted, excluded] = [targetsOf(survey), exclusionOf(survey)]
  const superfluous = superfluousOf(survey)
  return (address) => superfluous(address) && targeted(address) && !excluded(address)
}

// Whoever makes room is not asked whether a version that is missing shall come.
const superfluousOf = ({ request, rosters }: Survey): Selection => {
  if (request.options.prune === undefined) return () => true
  const images = rosters.filter(({ unit }) => unit.shape.kind === 'versions')
  const leaving = new Set(images.flatMap((roster) => roster.leaving.map(({ address }) => address)))
  return (address) => leaving.has(address)
}

const targetsOf = (survey: Survey): Selection => {
  const { targets, mode } = survey.request.options
  if (targets.length === 0) return () => true
  const units = targets.map((name) => parseUnitName(name) ?? unitOf(name as Address))
  const ties = mode === 'destroy' ? reversed(complete(survey)) : survey.dependencies
  const whole = new Set([...closureOf(units, ties)].filter((unit) => !units.includes(unit) || targets.includes(unit)))
  const single = new Set(targets.filter((name) => parseUnitName(name) === undefined || name.startsWith('instance.')))
  return (address) => whole.has(unitOf(address)) || single.has(address) || single.has(ownerOf(address))
}

// What depends on an excluded unit may need what it would have become, so it waits too; where everything is taken down,
// what an excluded unit needs has to stay. A member that is excluded leaves its siblings alone.
const exclusionOf = (survey: Survey): Selection => {
  const { excludes = [], mode } = survey.request.options
  if (excludes.length === 0) return () => false
  const units = excludes.map((name) => parseUnitName(name) ?? unitOf(name as Address))
  const ties = mode === 'destroy' ? complete(survey) : reversed(withKeys(survey.dependencies))
  const whole = new Set([...closureOf(units, ties)].filter((unit) => !units.includes(unit) || excludes.includes(unit)))
  const single = new Set(excludes.filter((name) => parseUnitName(name) === undefined || name.startsWith('instance.')))
  return (address) => whole.has(unitOf(address)) || single.has(address) || single.has(ownerOf(address))
}

// Every unit as a key, so that the reversed ties know it.
const withKeys = (ties: Survey['former']): Survey['former'] => {
  const names = new Set([...ties.keys(), ...[...ties.values()].flat()])
  return new Map([...names].map((name) => [name, ties.get(name) ?? []]))
}

const complete = ({ former }: Survey): Survey['former'] => withKeys(former)

/** Changes outside of the selection become keeps, or nothing where nothing stands. A successor goes with the one that it succeeds. */
export const narrow = (changes: readonly Change[], selected: Selection, rows: ReadonlyMap<Address, Row>): readonly Change[] => {
  const origins = new Map(
    changes.flatMap((change) =>
      'reason' in change && change.reason.kind === 'successor-of' ? [[change.address, change.reason.address] as const] : [],
    ),
  )
  const originOf = (address: Address): Address => origins.get(address) ?? origins.get(ownerOf(address)) ?? address
  return changes.flatMap((change) => {
    if (change.action === 'keep' || selected(originOf(change.address))) return [change]
    const row = rows.get(change.address)
    return row === undefined ? [] : [{ action: 'keep', address: change.address, type: change.type, uid: row.uid }]
  })
}

/** Targets and replacements that name nothing, and a reminder that the plan is not whole. */
export const targetDiagnostics = ({ request, located }: Survey, wanted: ReadonlySet<Address>): readonly Diagnostic[] => {
  const units = new Set<UnitName>([...request.desired.units.map(({ name }) => name), ...[...located.rows.keys()].map(unitOf)])
  const names = [...request.options.targets, ...request.options.replace, ...(request.options.excludes ?? [])]
  const exists = (name: string): boolean => {
    const unit = parseUnitName(name)
    const address = parseAddress(name)
    return (unit !== undefined && units.has(unit)) || (address !== undefined && (wanted.has(address) || located.rows.has(address)))
  }
  const known = [...units, ...wanted, ...located.rows.keys()].toSorted(compareAddress)
  const unknown = names.filter((name) => !exists(name)).map((name) => unknownTarget(name, known))
  if (unknown.length > 0) return unknown
  const whole = request.options.targets.length === 0 && (request.options.excludes ?? []).length === 0
  return whole ? [] : [narrowed]
}

const unknownTarget = (name: string, known: readonly string[]): Diagnostic => {
  const near = nearestAddress(name, known)
  const forms = 'Name a group (group.web), an instance (instance.nfs) or a member (group.web/2); "forge state list" shows what there is.'
  const hint = near === undefined ? forms : `Did you mean "${near}"?`
  return {
    severity: 'error',
    code: 'FORGE3005',
    summary: 'A target names nothing',
    detail: `Neither the configuration nor the state holds "${name}". ${hint}`,
  }
}

const narrowed: Diagnostic = {
  severity: 'warning',
  code: 'FORGE3006',
  summary: 'The plan is narrowed',
  detail: 'Only a part of the stack is planned, as --target or --exclude say. A whole plan shows whether anything else remains to be done.',
}
