import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hasVcsim } from '../../../test/require.ts'
import type { Meddling } from '../../../test/support/soap-proxy.ts'
import { Fleet, life } from './support/fleet.ts'
import type { Line } from './support/line.ts'
import { openLine } from './support/line.ts'
import { faultsOf, shapeOf, standingOf } from './support/standing.ts'

const pass: Meddling = { kind: 'pass' }
const down: Meddling = { kind: 'status', status: 503 }

describe.skipIf(!hasVcsim())('what was cut off in the middle', () => {
  let line: Line
  beforeAll(async () => {
    line = await openLine()
  })
  afterAll(async () => {
    await line[Symbol.asyncDispose]()
  })

  const stageOf = (name: string) => life.find((each) => each.name === name) ?? fail(name)
  const fail = (name: string): never => {
    throw new Error(`There is no stage ${name}.`)
  }

  it('a move between its two steps: the next run moves the machine, which nobody has taken out of its folder', async () => {
    using fleet = new Fleet('moved')
    fleet.enter(stageOf('restart'), line.port)
    await fleet.apply()
    line.meddle((method) => (method === 'MoveIntoFolder_Task' ? down : pass))
    fleet.enter(stageOf('move'), line.port)
    expect((await fleet.tryToApply()).failure).toMatchObject({ kind: 'transient' })
    line.meddle(() => pass)
    await fleet.apply()
    expect(shapeOf(await standingOf(line.client, 'moved'), 'moved')).toEqual(stageOf('move').wanted)
  })

  it.each(['PowerOffVM_Task', 'Destroy_Task', 'DeleteDatastoreFile_Task'])(
    'a deletion whose %s does not find something: as long as the machine stands it is not deleted',
    async (lost) => {
      using fleet = new Fleet(`stays-${lost.slice(0, 5).toLowerCase()}`)
      fleet.enter(stageOf('create'), line.port)
      await fleet.apply()
      line.meddle((method) => (method === lost ? { kind: 'fault', fault: 'ManagedObjectNotFound' } : pass))
      fleet.enter(stageOf('delete'), line.port)
      expect((await fleet.tryToApply()).failure).toMatchObject({ kind: 'conflict' })
      expect(faultsOf(await standingOf(line.client, fleet.stack), fleet.state)).toEqual([])
      line.meddle(() => pass)
      await fleet.apply()
      expect(await standingOf(line.client, fleet.stack)).toEqual([])
    },
  )
})
