import type { Change, Diagnostic, Row } from '@forgeplan/model'
import type { Comparison } from './compare.ts'
import { isCutOffImport } from './cut-off-import.ts'
import type { Survey } from '../members/survey.ts'
import type { Import, Stranger } from '../request.ts'

/** The imports of a plan, in the place of the creates that would have made their addresses. */
export const withImports = (changes: readonly Change[], { imports, request }: Survey): readonly Change[] => {
  const how = request.options.asConfigured === true ? { asConfigured: true as const } : {}
  const wanted = new Map(imports.map((one) => [one.address, one]))
  return changes.map((change): Change => {
    const found = wanted.get(change.address)
    if (found === undefined || (change.action !== 'create' && change.action !== 'import')) return change
    const { address, type, inputs, context } = change
    const name = found.name === found.id ? {} : { name: found.name }
    return { action: 'import', address, type, reason: { kind: 'requested' }, inputs, context, id: found.id, ...name, ...how }
  })
}

/** Why objects cannot be imported, each by itself. */
export const importProblems = (survey: Survey, comparison: Comparison): readonly Diagnostic[] => {
  const { imports } = survey
  const twice = imports.filter((one, at) => imports.findIndex(({ uid, address }) => uid === one.uid || address === one.address) !== at)
  return [
    ...imports.flatMap((one) => {
      const why = obstacle(one, survey, comparison)
      return why === null ? [] : [refused(one, why)]
    }),
    ...twice.map((one) => refused(one, 'an object and an address can each be imported only once')),
    ...misfits(survey),
  ]
}

/** That a group takes over more objects than its size has room for. */
export const surplusWarnings = ({ request, rosters }: Survey): readonly Diagnostic[] => {
  const roster = rosters.find(({ unit }) => unit.name === request.options.adoption?.group)
  if (roster?.unit.shape.kind !== 'sized') return []
  const { name, shape } = roster.unit
  const [members, surplus] = [roster.members.length, roster.members.length - shape.size]
  if (surplus <= 0) return []
  return [
    {
      severity: 'warning',
      code: 'FORGE3021',
      summary: 'A group takes over more than its size',
      detail: `With what is imported ${name} has ${members} members, and its size is ${shape.size}: the next plan would remove ${surplus} of them. Set the size to ${members} to keep all.`,
    },
  ]
}

const shown = 100

// Whose name is none of the ids could be any of the members: nobody guesses which.
const misfits = ({ request, unseated }: Survey): readonly Diagnostic[] => {
  const { adoption } = request.options
  if (adoption === undefined || unseated.length === 0) return []
  const names = unseated.slice(0, shown).map(nameOf).join(', ')
  const more = unseated.length > shown ? ` and ${unseated.length - shown} more` : ''
  return [
    {
      severity: 'error',
      code: 'FORGE3020',
      summary: 'An object cannot be imported',
      detail: `${adoption.group} takes an object over at the id that is its name, and these have the name of no id: ${names}${more}. Add them to the ids, or import each by itself at the address that it shall have.`,
    },
  ]
}

const obstacle = (one: Import, { request, located }: Survey, { wanted }: Comparison): string | null => {
  const holder = located.rows.get(one.address)
  const row = request.state.rows.get(one.uid)
  if (holder !== undefined && !interrupted(holder, one)) return `the address already holds the object ${holder.id ?? holder.uid}`
  if (row !== undefined && row !== holder && row.phase.kind !== 'released')
    return `the object ${one.id} is already managed as ${row.address}`
  const target = wanted.get(one.address)
  if (target === undefined) return 'the configuration wants nothing there; write its block, or raise the size of its group, first'
  if (target.owner !== null) return `it is a part of ${target.owner}; a part comes with its machine`
  return one.seen === 'present' ? null : sights[one.seen]
}

// An earlier import that was cut off: asking for the same object again goes on with it.
const interrupted = (row: Row, { uid }: Import): boolean => row.uid === uid && isCutOffImport(row)

const sights: Readonly<Record<Exclude<Import['seen'], 'present'>, string>> = {
  absent: 'the object is gone',
  pending: 'the object is still being made; wait until it stands',
  detached: 'the object is not in the place where this configuration would have it; move it there first',
  copy: "the object carries another one's mark: it is a copy of a managed object",
  foreign: 'another stack, or another state of this one, manages the object',
  unreadable: 'it cannot be told whose the object is',
}

const nameOf = ({ id, name }: Stranger): string => (name === id ? id : `${name} (${id})`)

const refused = (one: Import, why: string): Diagnostic => ({
  severity: 'error',
  code: 'FORGE3020',
  summary: 'An object cannot be imported',
  detail: `The object ${nameOf(one)} is not imported at ${one.address}: ${why}.`,
  address: one.address,
})
