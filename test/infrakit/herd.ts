import { expect } from 'vitest'
import type { PlainMap, Plan, RemoteId, Row } from '@forgeplan/model'
import type { Applied, LabOptions } from '@forgeplan/testkit'
import { Lab, World } from '@forgeplan/testkit'
import { membersIn } from '../support/roll-watch.ts'
import { doings } from '../support/truth.ts'

/** A configuration of one group, `web`, whose flavor knows how its members are. */
export const herd = (group: PlainMap, more: { readonly flavor?: PlainMap; readonly top?: PlainMap } = {}): string =>
  JSON.stringify({
    stack: 'lab',
    providers: { here: { plugin: 'sim', world: 'w' } },
    flavors: { site: { plugin: 'simflavor', ...more.flavor } },
    groups: { web: { flavor: 'site', healthTimeout: '2m', ...group } },
    policy: { maxDestroy: '100%' },
    ...more.top,
  })

export const machine = (image: string, more: PlainMap = {}): PlainMap => ({ provider: 'here', image, ...more })

/** A lab in which the text stands already, and everybody's time to become well is over. */
export const built = async (text: string, options: LabOptions = {}): Promise<Lab> => {
  const lab = new Lab({ world: new World({ name: 'w' }), ...options })
  lab.configure(text)
  expect((await lab.apply()).outcome).toMatchObject({ result: 'done' })
  lab.clock.pass(600_000)
  lab.world.clearLog()
  return lab
}

export const rowAt = (lab: Lab, address: string): Row => {
  const row = [...lab.state().rows.values()].find((one) => one.address === address && one.phase.kind === 'live')
  if (row === undefined) throw new Error(`nothing stands at ${address}`)
  return row
}

export const idAt = (lab: Lab, address: string): RemoteId => rowAt(lab, address).id as RemoteId

/** The members that stand, by their last part, with what they are made from. */
export const images = (lab: Lab): PlainMap =>
  Object.fromEntries(
    [...lab.state().rows.values()]
      .filter(({ address }) => address.startsWith('group.web/'))
      .map((row) => [
        row.address.slice('group.web/'.length),
        lab.world.objects().find(({ uid }) => uid === row.uid)?.inputs['image'] ?? null,
      ]),
  )

/** How many machines of the group there are in the world, whoever knows of them. */
export const count = (lab: Lab): number => membersIn(lab.world, 'group.web').length

/** What changed the world, in order. */
export const calls = (lab: Lab): readonly string[] =>
  lab.world.mutatingCalls().map(({ method, verb, address }) => `${verb ?? method} ${String(address)}`)

/** Applied without a failure, and the next plan has nothing to do. */
export const expectConverged = async (lab: Lab, applied: Applied): Promise<void> => {
  expect(applied.outcome).toMatchObject({ result: 'done', failure: null })
  expect(doings(await lab.plan())).toEqual([])
}

export const refusalsOf = ({ refusals }: Plan): readonly string[] => refusals.map(({ kind }) => kind)
