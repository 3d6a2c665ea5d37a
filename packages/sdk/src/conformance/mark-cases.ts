import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import type { Plain, RemoteId } from '@forgeplan/model'
import { lineage, remoteId, uid } from '@forgeplan/model'
import type { Candidate, Query } from '../provider.ts'
import type { Named } from './apply-cases.ts'
import type { Made, Stage } from './stage.ts'
import { absent, known, openStage, refused } from './stage.ts'
import type { Subject, WorldHooks } from './subject.ts'

/** What an object's mark means, and what it does not. */
export const markCases = (subject: Subject): readonly Named[] => {
  const canMark = subject.offers.includes('mark')
  const canFind = subject.offers.includes('find')
  return [
    ['the mark is listed as it was written', written],
    ['a list holds exactly the objects of its stack', ownStackOnly],
    ['an object of another lineage is foreign and left alone', foreign],
    ...(canMark ? markable : []),
    ...(canFind ? [['an object can be found by its id and by its name', findable] as const] : []),
    ...(canMark && canFind ? [['an unmarked object can be imported', imported] as const] : []),
    ...(subject.world?.copy === undefined ? [] : [['a copy is reported and never touched', copied] as const]),
    ...(subject.world?.writeMark === undefined ? [] : hostile),
  ]
}

const written = async (stage: Stage): Promise<void> => {
  const made = await stage.make()
  const found = await stage.list()
  assert.deepEqual(
    found.map((one) => one.mark),
    [made.target.mark],
    'The list must show the mark as it was given.',
  )
  assert.equal(found[0]?.type, stage.type.name)
  assert.equal(found[0]?.observation.kind, 'present', 'An object with its own mark must be listed as present.')
}

const ownStackOnly = async (stage: Stage): Promise<void> => {
  await using neighbour = await openStage(stage.subject)
  const [ours, theirs] = [await stage.make(), await neighbour.make()]
  assert.deepEqual(
    (await stage.list()).map((found) => found.mark.uid),
    [ours.target.uid],
    'A list must hold its own stack only.',
  )
  assert.deepEqual(
    (await neighbour.list()).map((found) => found.mark.uid),
    [theirs.target.uid],
    'A list must hold its own stack only.',
  )
}

const foreign = async (stage: Stage): Promise<void> => {
  const made = await stage.make()
  const stranger = { ...known(made), mark: { ...made.target.mark, lineage: lineage(randomUUID()) } }
  const seen = await stage.see(stranger)
  assert.deepEqual(seen, { kind: 'foreign', id: made.applied.id, lineage: stage.lineage }, 'The object of another lineage must be foreign.')
  await refused(['conflict'], () => stage.apply('update', stranger, made.inputs), 'A foreign object must not be changed.')
  await refused(['conflict'], () => stage.delete(stranger), 'A foreign object must not be deleted.')
  await stage.present(known(made))
}

const markable: readonly Named[] = [
  ['a mark can be taken off and written again', offAndOn],
  ['an address that was moved away can be used again by a new object', moved],
]

async function offAndOn(stage: Stage): Promise<void> {
  const made = await stage.make()
  await stage.handler.mark?.(known(made), null, stage.call())
  assert.deepEqual(await stage.list(), [], 'An object without a mark must not be listed.')
  await stage.delete(known(made)).catch(() => undefined)
  assert.notEqual((await stage.see(known(made))).kind, 'absent', 'An object without a mark must not be deleted.')
  await stage.handler.mark?.(known(made), made.target.mark, stage.call())
  assert.deepEqual(
    (await stage.list()).map((found) => found.mark),
    [made.target.mark],
    'The mark must be there again.',
  )
  await stage.present(known(made))
}

async function moved(stage: Stage): Promise<void> {
  const made = await stage.make()
  const hint = { ...made.target.mark, address: stage.address('elsewhere') }
  await stage.handler.mark?.(known(made), hint, stage.call())
  const heir = await stage.make({ address: made.target.address })
  assert.notEqual(heir.applied.id, made.applied.id, 'The new object must not be the moved one.')
  await stage.present(known(made))
  await stage.present(known(heir))
  const found = await stage.list()
  assert.deepEqual(found.find((one) => one.mark.uid === made.target.uid)?.mark, hint, 'The moved object must carry its new address.')
  assert.equal(found.length, 2, 'Both objects must be listed.')
}

const findable = async (stage: Stage): Promise<void> => {
  const made = await stage.make()
  assert.deepEqual(await uidsAt(stage, made.applied.id), [made.target.uid], 'An object must be found by its id, with its own uid.')
  assert.deepEqual(await uidsAt(stage, remoteId('no-such-object')), [], 'An unknown id must find nothing.')
  const [own] = await candidates(stage, { id: made.applied.id })
  assert.ok(own?.name, 'An object that is found must have a name.')
  const isFoundBy = async (name: string): Promise<boolean> => (await candidates(stage, { name })).some((one) => one.uid === made.target.uid)
  assert.ok(await isFoundBy(own.name), 'An object must be found by its name.')
  assert.ok(await isFoundBy(`${own.name.slice(0, 1)}*`), 'An object must be found by a pattern of its name.')
  assert.ok(!(await isFoundBy(`${own.name}?*`)), 'A pattern that does not fit must not find the object.')
}

const imported = async (stage: Stage): Promise<void> => {
  const made = await stage.make()
  await stage.handler.mark?.(known(made), null, stage.call())
  const [own] = await uidsAt(stage, made.applied.id)
  assert.ok(own, 'An unmarked object must still be found.')
  const target = stage.target({ uid: uid(own), id: made.applied.id })
  await stage.present(target)
  await stage.handler.mark?.(target, target.mark, stage.call())
  assert.deepEqual(
    (await stage.list()).map((found) => found.mark),
    [target.mark],
    'The imported object must carry the new mark.',
  )
}

const uidsAt = async (stage: Stage, id: RemoteId): Promise<readonly string[]> => (await candidates(stage, { id })).map((one) => one.uid)

const candidates = async (stage: Stage, query: Query): Promise<readonly Candidate[]> => {
  const all: Candidate[] = []
  for await (const one of stage.handler.find?.(query, stage.call()) ?? []) all.push(one)
  return all
}

const copied = async (stage: Stage): Promise<void> => {
  const made = await stage.make()
  const hook = stage.subject.world?.copy as NonNullable<WorldHooks['copy']>
  const copy = await hook.make(made.applied.id)
  try {
    await leftAlone(stage, made, copy)
  } finally {
    await hook.discard(copy)
  }
}

const leftAlone = async (stage: Stage, made: Made, copy: RemoteId): Promise<void> => {
  const mistaken = known(made, copy)
  await isListedAsCopy(stage, made, copy)
  await stage.present(known(made))
  await stage.delete(mistaken).catch(() => undefined)
  await isListedAsCopy(stage, made, copy)
  await stage.delete(known(made))
  await isListedAsCopy(stage, made, copy)
  assert.deepEqual(
    await stage.see(mistaken),
    { kind: 'copy', id: copy, of: made.target.uid },
    'An id that leads to a copy must be seen as a copy.',
  )
  await refused(['conflict'], () => stage.apply('update', mistaken, made.inputs), 'A copy must not be updated.')
  await stage.delete(mistaken).catch(() => undefined)
  await isListedAsCopy(stage, made, copy)
  const heir = await stage.handler.apply('create', made.target, made.inputs, absent, stage.call())
  assert.notEqual(heir.id, copy, 'A copy must not be taken for the object.')
  await isListedAsCopy(stage, made, copy)
}

const isListedAsCopy = async (stage: Stage, made: Made, copy: RemoteId): Promise<void> => {
  const copies = (await stage.list()).filter((found) => found.observation.kind === 'copy')
  assert.deepEqual(
    copies.map((found) => found.observation),
    [{ kind: 'copy', id: copy, of: made.target.uid }],
    'A copy must be listed as a copy and must never be touched.',
  )
}

const hostile: readonly Named[] = [
  ['a forged mark does not make an object ours', forged],
  ['a mark that is no mark is passed over', garbage],
]

async function forged(stage: Stage): Promise<void> {
  await using neighbour = await openStage(stage.subject)
  const [ours, victim] = [await stage.make(), await neighbour.make()]
  const write = writer(stage)
  await write(victim.applied.id, { ...ours.target.mark })
  await isListedAsCopy(stage, ours, victim.applied.id)
  assert.equal((await stage.present(ours.target)).id, ours.applied.id, 'The genuine object must be found, not the forged one.')
  await stage.delete(ours.target)
  await stage.delete(known(ours, victim.applied.id)).catch(() => undefined)
  await refused(
    ['conflict'],
    () => stage.apply('update', known(ours, victim.applied.id), ours.inputs),
    'A forged mark must not be believed.',
  )
  await write(victim.applied.id, { ...victim.target.mark })
  await neighbour.present(known(victim))
}

async function garbage(stage: Stage): Promise<void> {
  const made = await stage.make()
  const { mark } = made.target
  const raws: readonly Plain[] = [
    'text',
    7,
    [],
    {},
    { ...mark, lineage: 'x' },
    { ...mark, address: '../../etc' },
    { ...mark, generation: -1 },
  ]
  for (const raw of raws) {
    await writer(stage)(made.applied.id, raw)
    assert.deepEqual(await stage.list(), [], 'What is no mark must not be listed as one.')
    await stage.delete(known(made)).catch(() => undefined)
    assert.notEqual((await stage.see(known(made))).kind, 'absent', 'An object with a broken mark still stands, and is not deleted.')
  }
  const lost = stage.target({ id: made.applied.id })
  assert.equal((await stage.see(lost)).kind, 'absent', 'An id that leads to an unmarked stranger must not be taken for the object.')
  await writer(stage)(made.applied.id, { ...mark })
}

const writer = (stage: Stage): NonNullable<WorldHooks['writeMark']> => {
  const hooks = stage.subject.world
  return async (id, raw) => hooks?.writeMark?.(id, raw)
}
