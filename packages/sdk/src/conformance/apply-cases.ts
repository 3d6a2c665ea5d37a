import assert from 'node:assert/strict'
import type { PlainMap } from '@forgeplan/model'
import { normaliseObject, sameValue } from '@forgeplan/model'
import type { Stage } from './stage.ts'
import { known, refused } from './stage.ts'
import type { Subject } from './subject.ts'

export type Named = readonly [name: string, run: (stage: Stage) => Promise<void>]

/** Create, update, restart: twice is harmless. */
export const applyCases = (subject: Subject): readonly Named[] => [
  ['a created object is seen as present and running', created],
  ['what is read back is what was applied', readBack],
  ['applying twice keeps the id and makes no twin', twice],
  ['applying with the id forgotten finds the object by its uid', forgotten],
  ['updating nothing is a conflict', (stage) => nothing(stage, 'update')],
  ['restarting nothing is a conflict', (stage) => nothing(stage, 'restart')],
  ['two targets get two objects', twoTargets],
  ...(subject.changed === undefined ? [] : [['an update changes the object in place', updated] as const]),
  ...(subject.world?.stop === undefined
    ? []
    : [['a stopped object is present, and a restart brings it back with its id', restarted] as const]),
]

const created = async (stage: Stage): Promise<void> => {
  assert.deepEqual(await stage.see(stage.target()), { kind: 'absent' }, 'What never was must be absent.')
  const made = await stage.make()
  const seen = await stage.present(known(made))
  assert.equal(seen.id, made.applied.id, 'observe and apply must give the same id.')
  assert.deepEqual(seen.status, { kind: 'running' }, 'A fresh object must be running.')
  assert.deepEqual(seen.outputs, made.applied.outputs, 'observe and apply must give the same outputs.')
}

const readBack = async (stage: Stage): Promise<void> => {
  const made = await stage.make()
  const seen = await stage.present(known(made))
  const fields = Object.keys(seen.inputs).filter((field) => made.inputs[field] !== undefined)
  const volatile = stage.type.volatile ?? []
  for (const field of fields.filter((one) => !volatile.includes(one)))
    assert.ok(
      sameValue(seen.inputs[field], made.inputs[field]),
      `The field ${field} reads back differently, so a second plan would not be empty.`,
    )
}

const twice = async (stage: Stage): Promise<void> => {
  const made = await stage.make()
  const again = await stage.apply('create', known(made), made.inputs)
  assert.equal(again.id, made.applied.id, 'A second apply must keep the id.')
  await onlyOne(stage)
}

const forgotten = async (stage: Stage): Promise<void> => {
  const made = await stage.make()
  const again = await stage.handler.apply('create', made.target, made.inputs, { kind: 'absent' }, stage.call())
  assert.equal(again.id, made.applied.id, 'An object must be found by its uid when its id was lost.')
  await onlyOne(stage)
}

/** @throws AssertionError when the stack has not exactly one object. */
export const onlyOne = async (stage: Stage): Promise<void> => {
  const found = await stage.list()
  assert.equal(found.length, 1, `There must be exactly one object, and there are ${found.length}: a twin was made or the mark was lost.`)
}

const nothing = async (stage: Stage, verb: 'update' | 'restart'): Promise<void> => {
  const target = stage.target()
  await refused(['conflict'], () => stage.apply(verb, target, stage.inputs(target)), `A ${verb} that finds nothing must be refused.`)
  assert.deepEqual(await stage.list(), [], `A ${verb} that finds nothing must not create anything.`)
}

const twoTargets = async (stage: Stage): Promise<void> => {
  const [one, two] = [await stage.make(), await stage.make()]
  assert.notEqual(one.applied.id, two.applied.id, 'Two targets must not share an object.')
  assert.equal((await stage.list()).length, 2, 'Both objects must be listed.')
}

const updated = async (stage: Stage): Promise<void> => {
  const made = await stage.make()
  const inputs = normaliseObject(stage.type.inputs, stage.subject.changed?.(made.inputs) ?? made.inputs) as PlainMap
  const mark = { ...made.target.mark, specDigest: '1'.repeat(64) }
  const after = await stage.apply('update', { ...known(made), mark }, inputs)
  assert.equal(after.id, made.applied.id, 'An update must keep the id.')
  const seen = await stage.present(known(made))
  for (const [field, value] of Object.entries(inputs))
    if (seen.inputs[field] !== undefined) assert.ok(sameValue(seen.inputs[field], value), `The update did not change ${field}.`)
  for (const name of altered(made.applied.outputs, seen.outputs))
    assert.ok(
      stage.type.follows?.[name]?.some((field) => !sameValue(made.inputs[field], inputs[field])),
      `The update changed the output ${name}, and "follows" does not say that one of these fields does that.`,
    )
  const [found] = await stage.list()
  assert.deepEqual(found?.mark, mark, 'An update must write the new mark.')
}

// One that comes later, such as an address, is not the update's.
const altered = (before: PlainMap, after: PlainMap): readonly string[] =>
  Object.keys(before).filter((name) => after[name] !== undefined && !sameValue(before[name], after[name]))

const restarted = async (stage: Stage): Promise<void> => {
  const made = await stage.make()
  await stage.subject.world?.stop?.(made.applied.id)
  const stopped = await stage.present(known(made))
  assert.equal(stopped.status.kind, 'stopped', 'A stopped object must be seen as stopped.')
  const again = await stage.apply('restart', known(made), made.inputs)
  assert.equal(again.id, made.applied.id, 'A restart must keep the id.')
  assert.equal((await stage.present(known(made))).status.kind, 'running', 'A restarted object must be running.')
}
