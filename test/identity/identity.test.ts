import { describe, expect, it } from 'vitest'
import type { Address, RemoteId, Row } from '@forgeplan/model'
import { hasChanges } from '@forgeplan/model'
import { Crash, Lab, lineageOf, makeStranger, World } from '@forgeplan/testkit'
import { applyAsCommand } from '../support/command.ts'
import { doings, expectTruth } from '../support/truth.ts'

const fleet = (size: number, more = ''): string => `
stack: lab
providers:
  here: { plugin: sim, world: w }
groups:
  web: { size: ${size}, instance: { provider: here, image: debian, note: ours } }
instances:
  nfs: { instance: { provider: here, image: debian } }
policy: { maxDestroy: "100%" }
${more}`

const labOn = (world: World, lineage = 'ours'): Lab => new Lab({ world, lineage: lineageOf(lineage) })

const rowAt = (lab: Lab, address: string): Row => {
  const row = [...lab.state().rows.values()].find((one) => one.address === address && one.phase.kind !== 'released')
  if (row === undefined) throw new Error(`nothing is known at ${address}`)
  return row
}

const idAt = (lab: Lab, address: string): RemoteId => rowAt(lab, address).id as RemoteId

/** Does something and says that nothing in the world was touched by it. */
const untouched = async <T>(world: World, work: () => Promise<T>): Promise<T> => {
  const before = world.snapshot()
  world.clearLog()
  const result = await work()
  expect(world.snapshot()).toBe(before)
  expect(world.mutatingCalls()).toEqual([])
  return result
}

const built = async (size = 3): Promise<Lab> => {
  const lab = labOn(new World({ name: 'w' }))
  lab.configure(fleet(size))
  await lab.apply()
  return lab
}

describe('two clones of the repository', () => {
  it('against one world: the second, whose state is empty, is refused and touches nothing', async () => {
    using lab = await built()
    const second = labOn(lab.world, 'theirs')
    second.configure(fleet(5))
    const ended = await untouched(lab.world, () => applyAsCommand(second))
    expect(ended).toMatchObject({ kind: 'refused', exit: 6, refusals: [{ kind: 'lost-state' }] })
    expect(ended.plan.refusals[0]?.addresses).toHaveLength(4)
    expect(second.journal.records).toEqual([])
    expect(hasChanges(await lab.plan())).toBe(false)
  })

  it('with two states of one name: the second is refused as foreign, also when it wants to destroy', async () => {
    using lab = await built()
    const second = labOn(new World({ name: 'other' }), 'theirs')
    second.configure(fleet(1).replace('world: w', 'world: other'))
    await second.apply()
    second.configure(fleet(3))
    for (const mode of ['normal', 'destroy'] as const) {
      const ended = await untouched(lab.world, () => applyAsCommand(second, { mode }))
      expect(ended).toMatchObject({ kind: 'refused' })
      expect(ended.plan.refusals.map(({ kind }) => kind)).toContain('foreign')
    }
    second.world[Symbol.dispose]()
  })

  it('on a recovered state they are one and the same, and the first to apply goes on', async () => {
    using lab = await built()
    const second = labOn(lab.world, 'theirs')
    second.configure(fleet(3))
    await untouched(lab.world, () => second.recover())
    expect(second.state().lineage).toBe(lab.lineage)
    expect(doings(await second.plan())).toEqual([])
  })
})

describe('dev and prod from one file', () => {
  it('ignore each other, side by side in one world', async () => {
    using world = new World({ name: 'w' })
    const [dev, prod] = [labOn(world, 'dev'), labOn(world, 'prod')]
    dev.configure(fleet(2), { env: 'dev' })
    prod.configure(fleet(3), { env: 'prod' })
    expect(await applyAsCommand(dev)).toMatchObject({ kind: 'ran', exit: 0 })
    expect(await applyAsCommand(prod)).toMatchObject({ kind: 'ran', exit: 0 })
    expect(world.objects()).toHaveLength(7)
    for (const lab of [dev, prod]) expect((await applyAsCommand(lab)).kind).toBe('nothing')
    expect(await applyAsCommand(dev, { mode: 'destroy' })).toMatchObject({ kind: 'ran', exit: 0 })
    expect(world.objects()).toHaveLength(4)
    expect((await applyAsCommand(prod)).kind).toBe('nothing')
    for (const lab of [dev, prod]) expectTruth(lab)
  })
})

describe('what carries a mark that is not its own', () => {
  it('a copied object is reported and never touched, however the fleet changes', async () => {
    using lab = await built()
    const copy = lab.world.copy(idAt(lab, 'group.web/2'))
    const before = lab.world.object(copy)
    const plan = await lab.plan()
    expect(doings(plan)).toEqual([])
    expect(plan.refusals).toEqual([])
    expect(plan.warnings).toMatchObject([{ code: 'FORGE3004', address: 'group.web/2' }])
    lab.world.destroy(idAt(lab, 'group.web/2'))
    await lab.apply()
    lab.configure(fleet(1))
    expect(await applyAsCommand(lab)).toMatchObject({ kind: 'ran', exit: 0 })
    expect(await applyAsCommand(lab, { mode: 'destroy' })).toMatchObject({ kind: 'ran', exit: 0 })
    expect(lab.world.objects()).toEqual([before])
  })

  const marks: Readonly<Record<string, (lab: Lab) => unknown>> = {
    garbage: () => 'garbage',
    'a deep map': () => ({ lineage: { a: [1, 2, { b: null }] }, uid: 7 }),
    'our lineage with a uid of its own making': (lab) => ({ ...markOf(lab), uid: '00000000-0000-4000-8000-000000000000' }),
    'our uid and address': (lab) => markOf(lab),
    'another address of ours': (lab) => ({ ...markOf(lab), address: 'group.web/9' }),
    'a stack that is none': (lab) => ({ ...markOf(lab), stack: '../../lab' }),
    'a generation beyond everything': (lab) => ({ ...markOf(lab), generation: Number.MAX_SAFE_INTEGER }),
    'an address that is none': (lab) => ({ ...markOf(lab), address: 'group.web/1; rm -rf /' }),
  }
  const markOf = (lab: Lab) => lab.world.object(idAt(lab, 'group.web/1')).mark as Readonly<Record<string, never>>

  it.each(Object.entries(marks))('a stranger with %s is left alone by every command', async (_, mark) => {
    using lab = await built()
    const stranger = makeStranger(lab.world, 'stranger')
    lab.world.writeMark(stranger, mark(lab) as never)
    const before = lab.world.object(stranger)
    expect(doings(await untouched(lab.world, () => lab.plan()))).toEqual([])
    lab.configure(fleet(5))
    await lab.apply()
    const lost = labOn(lab.world)
    lost.configure(fleet(5))
    await lost.recover()
    expect([...lost.state().rows.keys()].toSorted()).toEqual([...lab.state().rows.keys()].toSorted())
    await lab.apply({ mode: 'destroy' })
    expect(lab.world.objects()).toEqual([before])
  })

  it('an object of ours whose mark somebody took away is still known by its identity', async () => {
    using lab = await built()
    lab.world.writeMark(idAt(lab, 'group.web/1'), null)
    expect(doings(await lab.plan())).toEqual([])
    expect(lab.world.objects()).toHaveLength(4)
  })

  it('an object of ours that somebody marked as theirs is not touched and not built again', async () => {
    using lab = await built()
    const id = idAt(lab, 'group.web/1')
    lab.world.writeMark(id, { ...markOf(lab), lineage: lineageOf('theirs') } as never)
    const ended = await untouched(lab.world, () => applyAsCommand(lab))
    expect(ended).toMatchObject({ kind: 'refused' })
    expect(doings(ended.plan)).toEqual([])
    expect(await untouched(lab.world, () => applyAsCommand(lab, { mode: 'destroy' }))).toMatchObject({ kind: 'refused' })
  })
})

describe('a lost database', () => {
  it('is refused, named, and rebuilt from the marks; then there is nothing to do', async () => {
    using lab = await built()
    const rows = new Map(lab.state().rows)
    lab.loseState()
    expect(await untouched(lab.world, () => applyAsCommand(lab))).toMatchObject({
      kind: 'refused',
      exit: 6,
      refusals: [{ kind: 'lost-state' }],
    })
    await untouched(lab.world, () => lab.recover())
    expect([...lab.state().rows.keys()].toSorted()).toEqual([...rows.keys()].toSorted())
    expect(lab.state().generation).toBeGreaterThanOrEqual(Math.max(...[...rows.values()].map(({ generation }) => generation)))
    expect((await applyAsCommand(lab)).kind).toBe('nothing')
    expectTruth(lab)
  })

  it('new objects after a recovery get identities that nobody ever had', async () => {
    using lab = await built()
    const before = new Set(lab.state().rows.keys())
    lab.loseState()
    await lab.recover()
    lab.configure(fleet(6))
    await lab.apply()
    const after = [...lab.state().rows.keys()]
    expect(after).toHaveLength(before.size + 3)
    expect(new Set(lab.world.objects().map(({ uid }) => uid)).size).toBe(7)
  })

  it('of a run that was stopped while it created: what it had told the platform to make is not made again', async () => {
    const counting = new Crash()
    {
      using whole = labOn(new World({ name: 'w', creationMs: 60_000 }))
      whole.configure(fleet(2))
      await whole.applyUntil(counting)
    }
    using again = new World({ name: 'w', creationMs: 60_000 })
    const stopped = labOn(again)
    stopped.configure(fleet(2))
    await stopped.applyUntil(new Crash(counting.boundaries.lastIndexOf('journal handle') + 1))
    expect(again.tasks().length).toBeGreaterThan(0)
    stopped.loseState()
    stopped.clock.pass(120_000)
    again.settle(stopped.clock.now())
    expect(await applyAsCommand(stopped)).toMatchObject({ kind: 'refused', exit: 6 })
    await stopped.recover()
    expect((await applyAsCommand(stopped)).exit).toBe(0)
    expect(again.objects()).toHaveLength(3)
    expectTruth(stopped)
  })
})

describe('a provider that shows less than there is', () => {
  it('pointed at another world, nothing of ours reads as absent', async () => {
    using lab = await built()
    lab.world.become('another-world')
    for (const mode of ['normal', 'destroy', 'refresh-only'] as const) {
      const ended = await untouched(lab.world, () => applyAsCommand(lab, { mode, maxDestroy: 100, acceptVanished: 100 }))
      expect(doings(ended.plan), mode).toEqual([])
    }
    expect(await applyAsCommand(lab)).toMatchObject({ kind: 'refused', exit: 1, refusals: [{ kind: 'unreadable' }] })
  })

  it('a login that sees half of it: the hidden ones are unreadable, and nothing is built twice', async () => {
    using lab = await built()
    const login = fleet(3).replace('world: w', 'world: w, login: half')
    for (const address of ['group.web/1', 'instance.nfs']) lab.world.hideFrom('half', idAt(lab, address))
    lab.configure(login)
    const ended = await untouched(lab.world, () => applyAsCommand(lab, { acceptVanished: 100 }))
    expect(ended).toMatchObject({ kind: 'refused', exit: 1, refusals: [{ kind: 'unreadable' }] })
    expect([...(ended.plan.refusals[0]?.addresses ?? [])].toSorted()).toEqual(['group.web/1', 'instance.nfs'])
    // Even a run that no command would start does nothing to them.
    await lab.apply()
    expect(lab.world.objects()).toHaveLength(4)
    await lab.apply({ mode: 'refresh-only' })
    expect(lab.state().rows.size).toBe(4)
  })

  it('a connection that is lost: the world cannot be read, and nothing is done', async () => {
    using lab = await built()
    lab.world.reachable = false
    await expect(untouched(lab.world, () => applyAsCommand(lab))).rejects.toThrow(/cannot be (read|opened)/)
  })
})

describe('an address that is used again', () => {
  it('after a move has a new identity, and both objects live', async () => {
    using lab = await built()
    const first = rowAt(lab, 'group.web/1').uid
    lab.configure(fleet(3, 'moved: [{ from: group.web/1, to: group.web/7 }]'))
    await lab.apply()
    expect(rowAt(lab, 'group.web/7').uid).toBe(first)
    lab.configure(fleet(4))
    await lab.apply()
    const second = rowAt(lab, 'group.web/1').uid
    expect(second).not.toBe(first)
    expect(lab.world.objects().map(({ uid }) => uid)).toEqual(expect.arrayContaining([first, second]))
    expectTruth(lab)
    lab.loseState()
    await lab.recover()
    expect([...lab.state().rows.keys()]).toEqual(expect.arrayContaining([first, second]))
    expect((await lab.plan()).refusals).toEqual([])
  })

  it('after a delete has a new identity', async () => {
    using lab = await built()
    const first = rowAt(lab, 'group.web/3').uid
    lab.configure(fleet(2))
    await lab.apply()
    lab.configure(fleet(3))
    await lab.apply()
    expect(rowAt(lab, 'group.web/3').uid).not.toBe(first)
  })
})

describe('an object that changes while the run is under way', () => {
  /** Lets other people act once the run has begun, before its first step. */
  const duringRun = (lab: Lab, act: () => void): void => {
    const { append } = lab.journal
    Object.assign(lab.journal, {
      append: (entries: Parameters<typeof append>[0]) => {
        if (entries.some(({ kind }) => kind === 'run-began')) act()
        return append(entries)
      },
    })
  }

  const meddled: Readonly<Record<string, (lab: Lab, id: RemoteId) => void>> = {
    edited: (lab, id) => lab.world.editInput(id, 'note', 'precious now'),
    stopped: (lab, id) => lab.world.kill(id),
    'moved away': (lab, id) => lab.world.moveAway(id),
    'taken over by another lineage': (lab, id) =>
      lab.world.writeMark(id, { ...(lab.world.object(id).mark as object), lineage: lineageOf('theirs') } as never),
  }

  it.each(Object.entries(meddled))('because it was %s is neither deleted nor replaced', async (_, meddle) => {
    for (const change of [fleet(2), fleet(3).replaceAll('debian', 'alpine')]) {
      using lab = await built()
      const id = idAt(lab, 'group.web/3')
      lab.configure(change)
      duringRun(lab, () => meddle(lab, id))
      const { outcome } = await lab.apply()
      // A roll waits in vain for one that others have taken down, and stops before it comes to it.
      expect(['stale', 'partial']).toContain(outcome.result)
      expect(lab.world.object(id).inputs['image']).toBe('debian')
    }
  })
})

describe('destroy', () => {
  it('takes down only what is ours', async () => {
    using lab = await built()
    const neighbour = labOn(lab.world, 'neighbour')
    neighbour.configure(fleet(2).replace('stack: lab', 'stack: neighbour'))
    await neighbour.apply()
    const stranger = makeStranger(lab.world, 'stranger')
    const copy = lab.world.copy(idAt(lab, 'instance.nfs'))
    expect(await applyAsCommand(lab, { mode: 'destroy' })).toMatchObject({ kind: 'ran', exit: 0 })
    expect(lab.state().rows.size).toBe(0)
    expect(lab.world.objects()).toHaveLength(3 + 2)
    expect(lab.world.objects().map(({ id }) => id)).toEqual(expect.arrayContaining([stranger, copy]))
    expect((await applyAsCommand(neighbour)).kind).toBe('nothing')
    expect([...neighbour.state().rows.values()].map(({ address }) => address as Address)).toHaveLength(3)
  })
})
