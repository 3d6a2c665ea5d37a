import type { Address, Change, Diagnostic, Row } from '@forgeplan/model'
import type { Comparison } from './compare.ts'
import { isCutOffImport } from './cut-off-import.ts'
import type { Survey } from '../members/survey.ts'
import type { Import } from '../request.ts'

/** The imports of a plan, in the place of the creates that would have made their addresses. */
export const withImports = (changes: readonly Change[], imports: readonly Import[]): readonly Change[] => {
  const wanted = new Map(imports.map((one) => [one.address, one]))
  return changes.map((change): Change => {
    const found = wanted.get(change.address)
    if (found === undefined || change.action !== 'create') return change
    const { address, type, inputs, context } = change
    return { action: 'import', address, type, reason: { kind: 'requested' }, inputs, context, id: found.id }
  })
}

/** Why objects cannot be imported, each by itself. */
export const importProblems = (survey: Survey, comparison: Comparison): readonly Diagnostic[] => {
  const imports = survey.request.options.imports ?? []
  const twice = imports.filter((one, at) => imports.findIndex(({ uid, address }) => uid === one.uid || address === one.address) !== at)
  return [
    ...imports.flatMap((one) => {
      const why = obstacle(one, survey, comparison)
      return why === null ? [] : [refused(one.address, why)]
    }),
    ...twice.map(({ address }) => refused(address, 'an object and an address can each be imported only once')),
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

const refused = (address: Address, why: string): Diagnostic => ({
  severity: 'error',
  code: 'FORGE3020',
  summary: 'An object cannot be imported',
  detail: `Nothing is imported at ${address}: ${why}.`,
  address,
})
