import type { Verb } from '@forgeplan/sdk'
import type { Ref } from '@forgeplan/vsphere-soap'
import { isRef } from '@forgeplan/vsphere-soap'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hasVcsim } from '../../../test/require.ts'
import type { Meddling } from '../../../test/support/soap-proxy.ts'
import { diskType } from '../src/disk/disk-type.ts'
import { Folders } from '../src/folders.ts'
import { vsphere } from '../src/index.ts'
import { aCall } from './rig.ts'
import { settingsOf } from './subject.ts'
import { Fleet, life } from './support/fleet.ts'
import type { Line } from './support/line.ts'
import { openLine } from './support/line.ts'
import { faultsOf, filesIn, shapeOf, standingOf } from './support/standing.ts'
import { targetOf } from './target.ts'

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

  const named = async (name: string): Promise<Ref> => {
    const seen = await standingOf(line.client, name)
    return seen.find((machine) => machine.name === name)?.ref ?? fail(name)
  }

  it('a machine that a person destroys while it is changed: the run says that it is gone, and the next makes another', async () => {
    using fleet = new Fleet('gone')
    fleet.enter(stageOf('create'), line.port)
    await fleet.apply()
    const machine = await named('gone-web-1')
    const destroyed = async (): Promise<void> => {
      await line.client.run('PowerOffVM_Task', machine, {})
      await line.client.run('Destroy_Task', machine, {})
    }
    const destroying: Promise<void>[] = []
    line.meddle((method) => {
      if (method !== 'ReconfigVM_Task') return pass
      if (destroying.length === 0) destroying.push(destroyed())
      return { kind: 'after', end: Promise.all(destroying) }
    })
    fleet.enter(stageOf('update'), line.port)
    expect((await fleet.tryToApply()).failure?.message).toMatch(/is gone|was removed/)
    await Promise.all(destroying)
    line.meddle(() => pass)
    await fleet.apply()
    const machines = await standingOf(line.client, 'gone')
    expect([faultsOf(machines, fleet.state), shapeOf(machines, 'gone')]).toEqual([[], stageOf('update').wanted])
  })

  it.each([
    ['created in', 'create', 'CreateVM_Task'],
    ['moved into', 'move', 'MoveIntoFolder_Task'],
  ])('a folder that a person takes away just before a machine is %s it: it is made again in the same run', async (_, last, method) => {
    using fleet = new Fleet(`folder-${last}`)
    const stages = last === 'create' ? [] : ['create', 'restart']
    for (const name of stages) {
      fleet.enter(stageOf(name), line.port)
      await fleet.apply()
    }
    const taking: Promise<void>[] = []
    const take = async (): Promise<void> => {
      const folder = await folderNamed(last === 'create' ? 'a' : 'b', fleet.stack)
      await line.client.run('Destroy_Task', folder, {})
    }
    line.meddle((called, before) => {
      if (called !== method || before > 2) return pass
      if (taking.length === 0) taking.push(take())
      // Not beside it: the simulator locks the folder and the machine in either order, and hangs.
      return { kind: 'after', end: Promise.all(taking) }
    })
    fleet.enter(stageOf(last), line.port)
    expect((await fleet.tryToApply()).failure).toBeNull()
    await Promise.all(taking)
    line.meddle(() => pass)
    await fleet.apply()
    expect(shapeOf(await standingOf(line.client, fleet.stack), fleet.stack)).toEqual(stageOf(last).wanted)
  })

  const folderNamed = async (name: string, stack: string): Promise<Ref> => {
    const { content, retrieve } = line.client
    const parents = new Map<string, string>()
    const found: (readonly [Ref, string])[] = []
    for await (const { ref, properties } of retrieve({ of: { under: content.rootFolder }, properties: { Folder: ['name', 'parent'] } })) {
      parents.set(ref.value, String(properties.get('name')))
      const parent = properties.get('parent')
      if (properties.get('name') === name && isRef(parent)) found.push([ref, parent.value])
    }
    return found.find(([, parent]) => parents.get(parent) === stack)?.[0] ?? fail(name)
  }

  it('half a file in a datastore: what it was to say is said by the next run', async () => {
    using fleet = new Fleet('half')
    line.meddle((method) => (method === 'PUT /folder' ? { kind: 'half' } : pass))
    fleet.enter(stageOf('create'), line.port)
    expect((await fleet.tryToApply()).failure).toMatchObject({ kind: 'transient' })
    line.meddle(() => pass)
    await fleet.apply()
    expect(shapeOf(await standingOf(line.client, 'half'), 'half')).toEqual(stageOf('create').wanted)
  })

  it('half a label of a kept disk: the disk is still known, and grows with the next run', async () => {
    const settings = settingsOf(line, { cluster: 'DC0_C0', diskFolder: '[LocalDS_0] half-labels' })
    const session = await vsphere.open(settings, { directory: '/', signal: new AbortController().signal })
    const disks = session.handlers.get(diskType) ?? fail('disks')
    const target = targetOf(1, { type: diskType })
    const put = (verb: Verb, size: number) => disks.apply(verb, target, { size }, { kind: 'absent' }, aCall())
    const look = async () => (await disks.observe([target], aCall())).get(target.uid)
    await put('create', 2 ** 26)
    line.meddle((method) => (method === 'PUT /folder' ? { kind: 'half' } : pass))
    await expect(put('update', 2 ** 27)).rejects.toMatchObject({ kind: 'transient' })
    line.meddle(() => pass)
    expect(await look()).toMatchObject({ kind: 'present', inputs: { size: 2 ** 26 } })
    await put('update', 2 ** 27)
    expect(await look()).toMatchObject({ kind: 'present', inputs: { size: 2 ** 27 } })
    expect(await filesIn(line.client, 'half-labels')).toEqual([`${target.uid}.json`, `${target.uid}.vmdk`])
    await session[Symbol.asyncDispose]()
  })

  it('a machine of somebody else that has the name: it is left alone, and the run says so', async () => {
    const { client } = line
    const find = (inventoryPath: string): Promise<Ref | undefined> =>
      client.call('FindByInventoryPath', client.content.searchIndex ?? fail('index'), { inventoryPath })
    const root = (await find('/DC0/vm')) ?? fail('/DC0/vm')
    const folder = await new Folders(client).ensure(root, ['taken', 'a1'], new AbortController().signal)
    const template = (await find('/DC0/vm/DC0_H0_VM0')) ?? fail('template')
    const spec = { location: {}, template: false, powerOn: false }
    const stranger = await client.run('CloneVM_Task', template, { folder, name: 'taken-web-1', spec })
    using fleet = new Fleet('taken')
    fleet.enter(stageOf('create'), line.port)
    expect((await fleet.tryToApply()).failure).toMatchObject({
      kind: 'conflict',
      message: expect.stringContaining('another machine named taken-web-1'),
    })
    await client.run('Destroy_Task', stranger as Ref, {})
    await fleet.apply()
    expect(shapeOf(await standingOf(client, 'taken'), 'taken')).toEqual(stageOf('create').wanted)
  })
})
