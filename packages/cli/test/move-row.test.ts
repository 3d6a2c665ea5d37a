import type { Address, JournalEntry, State, TypeName, UnitName } from '@forgeplan/model'
import { contextId, parseAddress, realm, rowAt, stackName, uid, unitOf } from '@forgeplan/model'
import { contextIdOf, emptyState, foldAll } from '@forgeplan/planner'
import { expect, test } from 'vitest'
import { sha256 } from '../src/inputs/digest.ts'
import { moveEntries } from '../src/line/move-row.ts'
import { rowNamed } from '../src/line/row-named.ts'

const address = (text: string): Address => {
  const parsed = parseAddress(text)
  if (parsed === undefined) throw new Error(`${text} is no address.`)
  return parsed
}

const contextAt = (unit: UnitName, onDestroy: 'destroy' | 'keep') => ({
  unit,
  provider: { name: 'local', plugin: 'sim', settings: {} },
  flavor: null,
  policy: { preventDestroy: false, onDestroy, ignoreChanges: [] },
  dependsOn: [],
})

/** A state with an object at each address; parts outlive their machines. */
const stateWith = (...addresses: readonly string[]): State => {
  const entries = addresses.flatMap((text, index): readonly JournalEntry[] => {
    const at = address(text)
    const type = (text.startsWith('disk.') ? 'sim/disk' : text.startsWith('group.cache') ? 'sim/cache' : 'sim/machine') as TypeName
    const context = contextAt(unitOf(at), text.startsWith('disk.') ? 'keep' : 'destroy')
    const id = contextIdOf(context, sha256)
    const row = {
      uid: uid(text),
      generation: index + 1,
      address: at,
      phase: { kind: 'live' },
      type,
      typeVersion: 1,
      realm: realm('w'),
    } as const
    return [
      { kind: 'context', id, context },
      { kind: 'recovered', row: { ...row, context: id, id: null, inputs: {}, outputs: {}, resolved: {}, specDigest: '' } },
    ]
  })
  return append(emptyState(stackName('lab')), entries)
}

const append = (state: State, entries: readonly JournalEntry[]): State =>
  foldAll(
    state,
    entries.map((entry, index) => ({ seq: state.serial + index + 1, entry })),
  )

const moved = (state: State, from: string, to: string): State => append(state, moveEntries(state, rowNamed(state, from), address(to)))
const places = (state: State): Readonly<Record<string, string>> =>
  Object.fromEntries([...state.rows.values()].map((row) => [row.uid, row.address]))

test.each([
  ['group.web/2', 'group.web/5', 'disk.web/2/data', 'disk.web/5/data'],
  ['group.web/2', 'group.api/1', 'disk.web/2/data', 'disk.api/1/data'],
  ['group.web/2', 'instance.api', 'disk.web/2/data', 'disk.api/data'],
  ['instance.db', 'instance.base', 'disk.db/data', 'disk.base/data'],
  ['instance.db', 'group.db/1', 'disk.db/data', 'disk.db/1/data'],
])('%s becomes %s together with its parts, and each keeps what its unit said of it', (from, to, part, partTo) => {
  const state = stateWith('group.web/1', 'disk.web/1/data', 'group.web/2', 'disk.web/2/data', 'instance.db', 'disk.db/data')
  const after = moved(state, from, to)
  expect(places(after)).toEqual({ ...places(state), [from]: to, [part]: partTo })
  const contextOf = (at: string) => after.contexts.get(rowAt(after, address(at))?.context ?? contextId(''))
  expect([contextOf(to), contextOf(partTo)]).toEqual([contextAt(unitOf(address(to)), 'destroy'), contextAt(unitOf(address(to)), 'keep')])
})

test('a part moves alone when it is named', () => {
  const state = stateWith('group.web/1', 'disk.web/1/data', 'group.web/2')
  expect(places(moved(state, 'disk.web/1/data', 'disk.web/2/data'))).toEqual({ ...places(state), 'disk.web/1/data': 'disk.web/2/data' })
})

test.each([
  ['group.web/1', 'group.web/2', 'never holds two objects'],
  ['group.web/1', 'group.web/3', 'disk.web/3/data'],
  ['group.web/1', 'disk.web/1/other', 'would be a'],
  ['disk.web/1/data', 'group.web/9', 'would be a'],
  ['disk.web/1/data', 'card.web/1/data', 'would be a card'],
  ['group.web/1', 'group.cache/2', 'sim/cache'],
])('%s does not become %s', (from, to, why) => {
  const state = stateWith('group.web/1', 'disk.web/1/data', 'group.web/2', 'disk.web/3/data', 'group.cache/1')
  expect(() => moved(state, from, to)).toThrow()
  try {
    moved(state, from, to)
  } catch (error) {
    expect((error as { readonly diagnostics: readonly { readonly detail: string }[] }).diagnostics[0]?.detail).toContain(why)
  }
})
