import { describe, expect, it } from 'vitest'
import type { Lab, LoggedCall } from '@forgeplan/testkit'
import { Crash } from '@forgeplan/testkit'
import { patience, size } from '../scale.ts'
import { saved, staleIn } from '../support/command.ts'
import type { RollWatch } from '../support/roll-watch.ts'
import { membersIn, rollWatch } from '../support/roll-watch.ts'
import { doings, expectTruth } from '../support/truth.ts'
import { runReference } from './reference.ts'
import type { Roll } from './rolls.ts'
import { readyToRoll, replacing, restarting, surging } from './rolls.ts'
import { stopAt, tellingBoundaries } from './stop.ts'

const rolls: readonly (readonly [string, Roll])[] = [
  ['a roll of 20 with a surge of 3', surging],
  ['a roll of 10 that deletes first', replacing],
  ['a roll of 10 that restarts', restarting],
]

interface Scene {
  readonly lab: Lab
  readonly roll: Roll
  readonly watch: RollWatch
  /** Who stood before the roll. */
  readonly old: ReadonlySet<string>
}

const sceneOf = async (roll: Roll): Promise<Scene> => {
  const lab = await readyToRoll(roll)()
  const watch = rollWatch(lab.world, 'group.web', { ...roll, quorum: false, health: true })
  lab.world.interceptors.push(watch.interceptor)
  return { lab, roll, watch, old: new Set(membersIn(lab.world, 'group.web').map(({ uid }) => uid)) }
}

/** What the state cannot know to have been done: it may be done once more. */
const openIn = (lab: Lab): ReadonlySet<string> =>
  new Set([...lab.state().rows.values()].filter(({ phase }) => phase.kind !== 'live').map(({ uid }) => uid))

const uidsOf = (lab: Lab, wanted: (call: LoggedCall) => boolean): readonly string[] =>
  lab.world
    .log()
    .filter(wanted)
    .map(({ uid }) => String(uid))

const repeated = (uids: readonly string[]): readonly string[] => uids.filter((uid, i) => uids.indexOf(uid) !== i)

/** Everybody was rolled and nobody twice, apart from those whose outcome nobody knew; all promises were kept. */
const expectRolledOnce = async ({ lab, roll, watch, old }: Scene, open: ReadonlySet<string>, about: string): Promise<void> => {
  expectTruth(lab, about)
  expect(watch.broken, about).toEqual([])
  const members = membersIn(lab.world, 'group.web')
  const anew = members.flatMap(({ uid }) => (old.has(uid) ? [] : [String(uid)]))
  const made = uidsOf(lab, ({ method, verb }) => method === 'apply' && verb === 'create')
  const restarted = uidsOf(lab, ({ method, verb }) => method === 'apply' && verb === 'restart')
  const gone = uidsOf(lab, ({ method }) => method === 'drain' || method === 'delete')
  const known = (uids: readonly string[]): readonly string[] => uids.filter((uid) => !open.has(uid))
  expect(members, about).toHaveLength(roll.size)
  expect(new Set(members.map(({ inputs }) => JSON.stringify(inputs))).size, `${about}: all alike`).toBe(1)
  expect(new Set([...anew, ...restarted]).size, `${about}: all rolled`).toBe(roll.size)
  expect(known(made.filter((uid) => !anew.includes(uid))), `${about}: made, and replaced again`).toEqual([])
  expect(known(repeated([...made, ...restarted])), `${about}: made or restarted twice`).toEqual([])
  expect(known(gone.filter((uid) => anew.includes(uid) || made.includes(uid))), `${about}: taken down when it had come`).toEqual([])
  expect(doings(await lab.plan()), about).toEqual([])
}

/** What `again` does at each boundary after a run of a new scene that ended there. */
const atEvery = async (roll: Roll, name: string, again: (scene: Scene, at: number, about: string) => Promise<void>): Promise<void> => {
  const { boundaries, plan } = await runReference(readyToRoll(roll), new Crash())
  const telling = tellingBoundaries(boundaries)
  process.stdout.write(`${name}: ${telling.length} of ${boundaries.length} boundaries, ${plan.steps.length} steps\n`)
  for (let i = 0; i < telling.length; i += size.rollCrashStride) {
    const at = telling[i] ?? 1
    const scene = await sceneOf(roll)
    using _ = scene.lab
    await again(scene, at, `stopped at ${at}, ${boundaries[at - 1]}`)
  }
}

describe.each(rolls)('%s that is stopped dead at any boundary', (name, roll) => {
  it('is finished by the next plan and apply, which rolls nobody twice', { timeout: patience }, async () => {
    await atEvery(roll, name, async (scene, at, about) => {
      expect(await stopAt(scene.lab, at), about).toBe(false)
      const open = openIn(scene.lab)
      const { outcome } = await scene.lab.apply()
      expect(outcome, about).toMatchObject({ result: 'done', failure: null })
      await expectRolledOnce(scene, open, about)
    })
  })

  it('is finished by the same saved plan, which rolls nobody twice', { timeout: patience }, async () => {
    await atEvery(roll, name, async (scene, at, about) => {
      const { lab } = scene
      const plan = saved(await lab.plan())
      expect(await stopAt(lab, at, { plan }), about).toBe(false)
      const open = openIn(lab)
      expect(await staleIn(lab, plan), about).toEqual([])
      const { outcome } = await lab.apply({ plan })
      expect(outcome, about).toMatchObject({ result: 'done', failure: null })
      await expectRolledOnce(scene, open, about)
      const joined = uidsOf(lab, ({ method }) => method === 'joined')
      const came = membersIn(lab.world, 'group.web').flatMap(({ uid }) => (scene.old.has(uid) ? [] : [uid]))
      expect(joined.toSorted(), `${about}: joined`).toEqual(expect.arrayContaining(came))
    })
  })
})
