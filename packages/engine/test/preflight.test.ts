import type { Address, Plan, Roll, UnitName } from '@forgeplan/model'
import type { Touched, Wanted } from '@forgeplan/sdk'
import { expect, test } from 'vitest'
import { simFlavor } from '../../testkit/src/index.ts'
import { preflight } from '../src/index.ts'
import { Lab, unit } from './lab.ts'

const web = (id: number) => `group.web/${id}` as Address

const roll = (order: Roll['order'], waves: readonly (readonly number[])[]): Roll => ({
  unit: 'group.web' as UnitName,
  order,
  size: 4,
  alive: 4,
  waves: waves.map((ids) => ({ members: [], successors: ids.map(web), gate: null, ask: null })),
})

interface Told {
  readonly wanted: Wanted[]
  readonly touched: Touched[]
}

/** What the provider is told. */
const told = async (lab: Lab, plan: Plan): Promise<Told> => {
  const all: Told = { wanted: [], touched: [] }
  const { provider } = lab
  lab.provider = {
    ...provider,
    open: async (settings, host) => {
      const session = await provider.open(settings, host)
      const handlers = [...session.handlers].map(([type, handler]) => {
        const note: typeof handler = {
          ...handler,
          preflight: async (wanted, _call, touched) => {
            all.wanted.push(...wanted)
            all.touched.push(...touched)
            return []
          },
        }
        return [type, note] as const
      })
      return { ...session, handlers: new Map(handlers) }
    },
  }
  await using worlds = await lab.open(plan.desired, lab.state)
  await preflight({ plan, state: lab.state, worlds, clock: lab.clock, signal: new AbortController().signal })
  lab.provider = provider
  return all
}

/** The addresses that the provider is asked about, in any order. */
const asked = async (lab: Lab, plan: Plan): Promise<readonly string[]> =>
  (await told(lab, plan)).wanted.map(({ address }) => address).toSorted()

const six = async (lab: Lab, inputs = {}) => lab.plan(lab.desired([unit('group.web', { size: 5, inputs }), unit('instance.app')]))

test('Of successors that come wave by wave, only those of the largest wave are asked about', async () => {
  using lab = new Lab()
  const plan = { ...(await six(lab)), rolls: [roll('create-first', [[1], [2, 3], [4]])] }
  expect(await asked(lab, plan)).toEqual(['group.web/2', 'group.web/3', 'group.web/5', 'instance.app'])
})

test('The parts of a successor are asked about together with it', async () => {
  using lab = new Lab()
  const plan = {
    ...(await six(lab, { disks: [{ name: 'data', size: 1 }] })),
    rolls: [
      roll('create-first', [
        [1, 2],
        [3, 4, 5],
      ]),
    ],
  }
  expect(await asked(lab, plan)).toEqual([
    'disk.web/3/data',
    'disk.web/4/data',
    'disk.web/5/data',
    'group.web/3',
    'group.web/4',
    'group.web/5',
    'instance.app',
  ])
})

test('A provider says when there is no room for what a plan wants at one time', async () => {
  using lab = new Lab()
  lab.world.capacity = 4
  const plan = await six(lab)
  const said = async (rolls: readonly Roll[]) => {
    await using worlds = await lab.open(plan.desired, lab.state)
    const found = await preflight({
      plan: { ...plan, rolls },
      state: lab.state,
      worlds,
      clock: lab.clock,
      signal: new AbortController().signal,
    })
    return found.map(({ severity, code, detail }) => [severity, code, detail])
  }
  expect(await said([])).toEqual([['error', 'FORGE5011', '6 machines are wanted beside 0 others, and only 4 fit.']])
  expect(await said([roll('create-first', [[1, 2], [3], [4]])])).toEqual([])
})

test('A provider is told in which machines commands will be run', async () => {
  using lab = new Lab()
  // With health it asks inside, and drains and joins it runs there.
  lab.flavor = {
    ...simFlavor,
    runsInside: ({ health, drain }) => [
      ...(health === false ? [] : (['health'] as const)),
      ...(drain === true ? (['drain'] as const) : []),
    ],
  }
  const inside = async (units: readonly ReturnType<typeof unit>[]): Promise<readonly (readonly string[])[]> => {
    const { wanted, touched } = await told(lab, await lab.plan(lab.desired(units)))
    return [wanted, touched].map((all) => all.filter(({ usesGuest }) => usesGuest === true).map(({ address }) => address))
  }
  const three = (flavor: Readonly<Record<string, boolean>>, inputs = {}) => [
    unit('instance.asked', {
      flavor: { drain: false, health: true, ...flavor },
      inputs: { disks: [{ name: 'data', size: 1 }], ...inputs },
    }),
    unit('instance.drained', { flavor: { drain: true, health: false, ...flavor }, inputs }),
    unit('instance.left', { flavor: { drain: false, health: false }, inputs }),
    unit('instance.plain', { inputs }),
  ]
  expect(await inside(three({}))).toEqual([['instance.asked'], []])
  await lab.perform(await lab.plan(lab.desired(three({}))))
  expect(await inside(three({}, { cpus: 2 }))).toEqual([[], ['instance.asked']])
  expect(await inside(three({ drain: false, health: false }, { cpus: 2 }))).toEqual([[], []])
  // Whoever is restarted is drained by the flavor that it had.
  expect(await inside(three({ drain: false, health: false }, { memory: '2GiB' }))).toEqual([[], ['instance.drained']])
  // Made anew: the old one is drained, the new one is asked.
  expect(await inside(three({ drain: false, health: true }, { image: 'b' }))).toEqual([
    ['instance.asked', 'instance.drained'],
    ['instance.drained'],
  ])
  expect(await inside([])).toEqual([[], ['instance.drained']])
  // Who does not run is not drained.
  for (const { id } of lab.world.objects()) lab.world.kill(id)
  expect(await inside([])).toEqual([[], []])
})
