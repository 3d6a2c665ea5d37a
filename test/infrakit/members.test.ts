import { expect, test } from 'vitest'
import type { Plain, PlainMap } from '@forgeplan/model'
import { LabProblems } from '@forgeplan/testkit'
import { applyAsCommand } from '../support/command.ts'
import { doings, expectTruth } from '../support/truth.ts'
import { built, calls, count, expectConverged, herd, idAt, images, machine, refusalsOf } from './herd.ts'

const sized = (size: number, image = 'a') => herd({ size, instance: machine(image) })
/** Without a flavor, whose text would tell members apart by their names. */
const plain = (group: PlainMap, moved: Plain) =>
  JSON.stringify({
    stack: 'lab',
    providers: { here: { plugin: 'sim', world: 'w' } },
    groups: { web: { instance: machine('a'), ...group } },
    moved,
  })
const named = (ids: readonly string[], image = 'a', top = {}) => herd({ ids, instance: machine(image) }, { top })

test('InfraKit 2.5.1: shrink and change in one commit end with as many new members as are wanted', async () => {
  using lab = await built(sized(6))
  lab.configure(sized(3, 'b'))
  const applied = await lab.apply()
  await expectConverged(lab, applied)
  expect(images(lab)).toEqual({ 1: 'b', 2: 'b', 3: 'b' })
  expect(count(lab)).toBe(3)
  expectTruth(lab)
})

test('InfraKit 2.5.2: a group that gets logical ids is made anew with them, and not without a word', async () => {
  using lab = await built(sized(3))
  lab.configure(named(['a', 'b', 'c'], 'a', { policy: { maxDestroy: '30%' } }))
  expect(await applyAsCommand(lab)).toMatchObject({ kind: 'refused', exit: 6 })
  expect(calls(lab)).toEqual([])
  await expectConverged(lab, await lab.apply({ maxDestroy: 3 }))
  expect(Object.keys(images(lab)).toSorted()).toEqual(['a', 'b', 'c'])
  expect(count(lab)).toBe(3)
})

test('InfraKit 2.5.2: members that are said to be the same keep standing when their group gets logical ids, and when it loses them', async () => {
  using lab = await built(plain({ size: 2 }, []))
  const before = [idAt(lab, 'group.web/1'), idAt(lab, 'group.web/2')]
  const moved = [
    { from: 'group.web/1', to: 'group.web/a' },
    { from: 'group.web/2', to: 'group.web/b' },
  ]
  lab.configure(plain({ ids: ['a', 'b'] }, moved))
  await expectConverged(lab, await lab.apply())
  expect([idAt(lab, 'group.web/a'), idAt(lab, 'group.web/b')]).toEqual(before)
  const back = moved.map(({ from, to }) => ({ from: to, to: from }))
  lab.configure(plain({ size: 2 }, back))
  await expectConverged(lab, await lab.apply())
  expect([idAt(lab, 'group.web/1'), idAt(lab, 'group.web/2')]).toEqual(before)
  expect(calls(lab).filter((call) => /^(create|delete)/.test(call))).toEqual([])
})

test('InfraKit 2.5.4 and row 17: a member that does not exist is an error, and nobody else is touched for it', async () => {
  using lab = await built(sized(3))
  await expect(lab.plan({ replace: ['group.web/9' as never] })).rejects.toThrow(LabProblems)
  await expect(lab.plan({ targets: ['group.web/9' as never], mode: 'destroy' })).rejects.toThrow(LabProblems)
  expect(calls(lab)).toEqual([])
  expect(count(lab)).toBe(3)
})

test('Row 17: a member that is named is the only one that is taken down', async () => {
  using lab = await built(sized(3))
  const others = [idAt(lab, 'group.web/1'), idAt(lab, 'group.web/3')]
  expect((await lab.apply({ mode: 'destroy', targets: ['group.web/2'] })).outcome.result).toBe('done')
  expect(calls(lab)).toEqual(['delete group.web/2'])
  expect([idAt(lab, 'group.web/1'), idAt(lab, 'group.web/3')]).toEqual(others)
})

test('InfraKit 2.5.13: the list of ids can be edited, in any order', async () => {
  using lab = await built(named(['a', 'b', 'c']))
  lab.configure(named(['c', 'b', 'a']))
  expect(doings(await lab.plan())).toEqual([])
  lab.configure(named(['d', 'c', 'a']))
  expect(doings(await lab.plan())).toEqual(['delete group.web/b', 'create group.web/d'])
  await expectConverged(lab, await lab.apply())
  expect(Object.keys(images(lab)).toSorted()).toEqual(['a', 'c', 'd'])
})

test('InfraKit 2.5.13: an id that is said twice is an error', () => expect(built(named(['a', 'b', 'a']))).rejects.toThrow(LabProblems))

test('InfraKit 2.5.13: a second machine that claims to be a pet is shown and never counted, and the pet is left alone', async () => {
  using lab = await built(named(['a', 'b']))
  lab.world.copy(idAt(lab, 'group.web/a'))
  const plan = await lab.plan()
  expect(doings(plan)).toEqual([])
  expect(plan.warnings.map(({ summary }) => summary)).toContainEqual(expect.stringMatching(/copy/i))
})

test('Row 4: a pet that is gone comes back under its id, and one that is not on the list goes', async () => {
  using lab = await built(named(['a', 'b', 'c']))
  lab.world.destroy(idAt(lab, 'group.web/b'))
  const plan = await lab.plan({ acceptVanished: 1 })
  expect(doings(plan)).toEqual(['create group.web/b'])
  expect(refusalsOf(plan)).toEqual([])
  await expectConverged(lab, await lab.apply({ plan }))
  lab.configure(named(['a', 'c']))
  await expectConverged(lab, await lab.apply())
  expect(Object.keys(images(lab)).toSorted()).toEqual(['a', 'c'])
})

test('Row 5: sized to ids says for each member whether it comes or goes, and every size and list after it converges', async () => {
  using lab = await built(sized(2))
  lab.configure(named(['a', '2']))
  expect(doings(await lab.plan())).toEqual(['delete group.web/1', 'create group.web/a'])
  await expectConverged(lab, await lab.apply())
  for (const [text, members] of [
    [sized(2), 2],
    [named(['a', 'b', 'c']), 3],
    [sized(1), 1],
  ] as const) {
    lab.configure(text)
    await expectConverged(lab, await lab.apply())
    expect(count(lab)).toBe(members)
  }
})

test('Row 11: a group that grows and changes in one apply has only new members in the end', async () => {
  using lab = await built(sized(2))
  lab.configure(sized(5, 'b'))
  await expectConverged(lab, await lab.apply())
  expect(images(lab)).toEqual({ 1: 'b', 2: 'b', 3: 'b', 4: 'b', 5: 'b' })
})

test('Scale-down takes who is unwell before who is outdated before who is newest', async () => {
  using lab = await built(sized(4))
  lab.world.setHealth(idAt(lab, 'group.web/2'), { kind: 'unhealthy', why: 'no answer' })
  lab.configure(sized(3))
  expect(doings(await lab.plan())).toEqual(['delete group.web/2'])
  lab.configure(sized(2))
  expect(doings(await lab.plan())).toEqual(['delete group.web/2', 'delete group.web/4'])
})
