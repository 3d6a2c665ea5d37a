import { describe, expect, it } from 'vitest'
import type { Lab as LabType } from '@forgeplan/testkit'
import { Lab, World } from '@forgeplan/testkit'
import { applyAsCommand } from '../support/command.ts'
import { doings, expectTruth } from '../support/truth.ts'

const head = `
stack: lab
providers:
  here: { plugin: sim, world: w }
`
const web = (size: number): string => `
groups:
  web: { size: ${size}, instance: { provider: here, image: debian } }
`
const nfs = (policy: string): string => `
instances:
  nfs: { instance: { provider: here, image: debian, note: one }, policy: ${policy} }
`

const built = async (text: string): Promise<LabType> => {
  const lab = new Lab({ world: new World({ name: 'w' }) })
  lab.configure(text)
  expect(await applyAsCommand(lab)).toMatchObject({ exit: 0 })
  return lab
}

/** Refused with exit 6 for this reason, and nothing was touched. */
const expectBraked = async (lab: LabType, kind: string, options = {}): Promise<void> => {
  const before = lab.world.snapshot()
  const records = lab.journal.records.length
  const ended = await applyAsCommand(lab, options)
  expect(ended).toMatchObject({ kind: 'refused', exit: 6 })
  expect(ended.plan.refusals.map((refusal) => refusal.kind)).toEqual([kind])
  expect(lab.world.snapshot()).toBe(before)
  expect(lab.journal.records).toHaveLength(records)
}

describe('maxDestroy', () => {
  it('stops an apply that ends too much without a successor, and only the number that is meant lifts it', async () => {
    using lab = await built(head + web(10))
    lab.configure(head + web(6))
    await expectBraked(lab, 'max-destroy')
    await expectBraked(lab, 'max-destroy', { maxDestroy: 3 })
    const ended = await applyAsCommand(lab, { maxDestroy: 4 })
    expect(ended).toMatchObject({ kind: 'ran', exit: 0, plan: { lifts: [{ kind: 'max-destroy' }] } })
    expect(lab.world.objects()).toHaveLength(6)
  })

  it('is 30 % unless the file says otherwise, and never below one', async () => {
    using lab = await built(head + web(10))
    lab.configure(head + web(7))
    expect(await applyAsCommand(lab)).toMatchObject({ kind: 'ran', exit: 0 })
    lab.configure(head + web(5))
    expect(await applyAsCommand(lab)).toMatchObject({ kind: 'ran', exit: 0 })
    lab.configure(`${head}${web(3)}policy: { maxDestroy: 1 }\n`)
    await expectBraked(lab, 'max-destroy')
    lab.configure(`${head}${web(4)}policy: { maxDestroy: 1 }\n`)
    expect(await applyAsCommand(lab)).toMatchObject({ kind: 'ran', exit: 0 })
    using small = await built(head + web(2))
    small.configure(head + web(1))
    expect(await applyAsCommand(small)).toMatchObject({ kind: 'ran', exit: 0 })
  })

  it('does not count what is replaced', async () => {
    using lab = await built(head + web(5))
    lab.configure((head + web(5)).replace('debian', 'alpine'))
    expect(await applyAsCommand(lab)).toMatchObject({ kind: 'ran', exit: 0 })
    expectTruth(lab)
  })

  it('counts a block that was taken out by mistake', async () => {
    using lab = await built(head + web(5) + nfs('{}'))
    lab.configure(head + nfs('{}'))
    await expectBraked(lab, 'max-destroy')
  })

  it('is lifted by destroy, which says so', async () => {
    using lab = await built(head + web(5))
    const ended = await applyAsCommand(lab, { mode: 'destroy' })
    expect(ended).toMatchObject({ kind: 'ran', exit: 0, plan: { lifts: [{ kind: 'destroy' }] } })
    expect(lab.world.objects()).toEqual([])
  })

  it('of a saved plan is the one that it was made with', async () => {
    using lab = await built(head + web(10))
    lab.configure(head + web(2))
    const plan = await lab.plan({ maxDestroy: 5 })
    await expectBraked(lab, 'max-destroy', { plan })
    const lifted = await lab.plan({ maxDestroy: 8 })
    expect(await applyAsCommand(lab, { plan: lifted })).toMatchObject({ kind: 'ran', exit: 0 })
  })
})

describe('acceptVanished', () => {
  const vanish = (lab: LabType, count: number): void => {
    for (const { id } of lab.world.objects().slice(0, count)) lab.world.destroy(id)
  }

  it('one that vanished is made again; many stop apply until that number is accepted', async () => {
    using lab = await built(head + web(6))
    vanish(lab, 1)
    expect(await applyAsCommand(lab)).toMatchObject({ kind: 'ran', exit: 0 })
    expect(lab.world.objects()).toHaveLength(6)
    vanish(lab, 4)
    await expectBraked(lab, 'vanished')
    await expectBraked(lab, 'vanished', { acceptVanished: 3 })
    expect(await applyAsCommand(lab, { acceptVanished: 4 })).toMatchObject({
      kind: 'ran',
      exit: 0,
      plan: { lifts: [{ kind: 'accept-vanished' }] },
    })
    expect(lab.world.objects()).toHaveLength(6)
    expectTruth(lab)
  })

  it('counts vanished objects that the file no longer wants, too', async () => {
    using lab = await built(head + web(6))
    vanish(lab, 4)
    lab.configure(head + web(2))
    await expectBraked(lab, 'vanished')
  })

  it('is not asked for in order to destroy', async () => {
    using lab = await built(head + web(6))
    vanish(lab, 5)
    expect(await applyAsCommand(lab, { mode: 'destroy' })).toMatchObject({ kind: 'ran', exit: 0 })
    expect(lab.state().rows.size).toBe(0)
  })
})

describe('preventDestroy', () => {
  it('stands in the way of a removal, of a replacement and of destroy, and no number lifts it', async () => {
    using lab = await built(head + web(3) + nfs('{ preventDestroy: true }'))
    await expectBraked(lab, 'prevent-destroy', { mode: 'destroy' })
    await expectBraked(lab, 'prevent-destroy', { replace: ['instance.nfs'] })
    lab.configure(head + web(3) + nfs('{ preventDestroy: true }').replace('debian', 'alpine'))
    await expectBraked(lab, 'prevent-destroy', { maxDestroy: 100 })
  })

  it('survives the removal of its block', async () => {
    using lab = await built(head + web(3) + nfs('{ preventDestroy: true }'))
    lab.configure(head + web(3))
    await expectBraked(lab, 'prevent-destroy')
    await expectBraked(lab, 'prevent-destroy', { maxDestroy: 100, acceptVanished: 100 })
  })

  it('that was only just written is remembered, though nothing else changes', async () => {
    using lab = await built(head + web(3) + nfs('{}'))
    lab.configure(head + web(3) + nfs('{ preventDestroy: true }'))
    expect(await applyAsCommand(lab)).toMatchObject({ kind: 'ran', exit: 0 })
    lab.configure(head + web(3))
    await expectBraked(lab, 'prevent-destroy')
  })

  it('taken out of the file and applied, it lets go', async () => {
    using lab = await built(head + web(3) + nfs('{ preventDestroy: true }'))
    lab.configure(head + web(3) + nfs('{}'))
    expect(await applyAsCommand(lab)).toMatchObject({ exit: 0 })
    lab.configure(head + web(3))
    expect(await applyAsCommand(lab)).toMatchObject({ kind: 'ran', exit: 0 })
    expect(doings(await lab.plan())).toEqual([])
    expect(lab.world.objects()).toHaveLength(3)
  })

  it('lets a machine be updated and restarted', async () => {
    using lab = await built(head + nfs('{ preventDestroy: true }'))
    lab.configure(head + nfs('{ preventDestroy: true }').replace('note: one', 'note: two, memory: 2GiB'))
    expect(await applyAsCommand(lab)).toMatchObject({ kind: 'ran', exit: 0 })
  })

  it('stands while the object is stopped or moved by its address', async () => {
    using lab = await built(head + nfs('{ preventDestroy: true }'))
    lab.configure(
      `${head}${nfs('{ preventDestroy: true }').replace('nfs:', 'files:')}moved: [{ from: instance.nfs, to: instance.files }]\n`,
    )
    expect(await applyAsCommand(lab)).toMatchObject({ exit: 0 })
    lab.configure(`${head}`)
    await expectBraked(lab, 'prevent-destroy')
  })
})
