import type { Ref } from '@forgeplan/vsphere-soap'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hasVcsim } from '../../../test/require.ts'
import { Folders } from '../src/folders.ts'
import { Inventory } from '../src/vm/inventory.ts'
import { labelsOf } from './support/labels.ts'
import { TemplateDevices } from '../src/vm/template-devices.ts'
import { openClient } from './subject.ts'
import { Fleet, life } from './support/fleet.ts'
import type { Line } from './support/line.ts'
import { openLine } from './support/line.ts'
import { standingOf } from './support/standing.ts'

describe.skipIf(!hasVcsim())('what many ask for at once', () => {
  let line: Line
  beforeAll(async () => {
    line = await openLine()
    using fleet = new Fleet('shared')
    fleet.enter(life[0] ?? fail(), line.port)
    await fleet.apply()
  })
  afterAll(async () => {
    await line[Symbol.asyncDispose]()
  })
  const fail = (): never => {
    throw new Error('There is nothing.')
  }

  const homeOf = async (stack: string): Promise<Ref> => (await standingOf(line.client, stack))[0]?.parent ?? fail()

  /** Two ask, and the first of them gives up at once: what the second is given. */
  const afterTheFirst = async <T>(ask: (signal: AbortSignal) => Promise<T>): Promise<T> => {
    const first = new AbortController()
    const asked = [ask(first.signal), ask(new AbortController().signal)] as const
    first.abort(new Error('gives up'))
    await expect(asked[0]).rejects.toThrow('gives up')
    return asked[1]
  }

  it('an inventory is read to its end although who asked first gives up', async () => {
    const { client } = line
    const inventory = new Inventory({ client, folders: new Folders(client), labels: labelsOf(client) })
    const { machines } = await afterTheFirst((signal) => inventory.everything(signal))
    expect(machines.map(({ name }) => name)).toContain('shared-box')
  })

  it('so are the details of its machines', async () => {
    const { client } = line
    const inventory = new Inventory({ client, folders: new Folders(client), labels: labelsOf(client) })
    const reading = await inventory.everything(new AbortController().signal)
    const box = reading.machines.filter(({ name }) => name === 'shared-box')
    const [sight] = await afterTheFirst((signal) => reading.sights(box, signal))
    expect(sight?.details?.devices.length).toBeGreaterThan(0)
  })

  it('so are the devices of a template', async () => {
    const [box] = await standingOf(line.client, 'shared')
    const templates = new TemplateDevices(line.client)
    const devices = await afterTheFirst((signal) => templates.devices(box?.ref ?? fail(), signal))
    expect(devices.length).toBeGreaterThan(0)
  })

  it('a look at all machines tells how one that takes CPUs while it runs may grow, and asks nobody else', async () => {
    const client = await openClient(line)
    const inventory = new Inventory({ client, folders: new Folders(client), labels: labelsOf(client) })
    const seenOf = async () => {
      line.calls()
      const { machines } = await inventory.everything(new AbortController().signal)
      return {
        box: machines.find(({ name }) => name === 'shared-box') ?? fail(),
        reads: line.calls().filter((call) => call === 'RetrievePropertiesEx').length,
      }
    }
    const before = await seenOf()
    expect(before.box).toMatchObject({ isOn: true, hotAdd: false, growth: { coresPerSocket: null } })
    const spec = { numCPUs: 2, numCoresPerSocket: 2, cpuHotAddEnabled: true, memoryHotAddEnabled: true }
    await client.run('ReconfigVM_Task', before.box.ref, { spec })
    const after = await seenOf()
    expect(after.box).toMatchObject({ isOn: true, hotAdd: true, growth: { coresPerSocket: 2 } })
    expect(after.reads).toBe(before.reads + 1)
    await client.close()
  })

  it('a folder is made although who asked first gives up', async () => {
    const folders = new Folders(line.client)
    const root = await homeOf('shared')
    expect(await afterTheFirst((signal) => folders.ensure(root, ['a', 'b'], signal))).toMatchObject({ type: 'Folder' })
  })

  it('32 who want a folder make it, and the one above it, once', async () => {
    const [client, root] = [await openClient(line), await homeOf('shared')]
    const folders = new Folders(client)
    line.calls()
    const asked = Array.from({ length: 32 }, () => folders.ensure(root, ['c', 'd'], new AbortController().signal))
    expect(new Set((await Promise.all(asked)).map(({ value }) => value)).size).toBe(1)
    expect(line.calls().filter((each) => each === 'CreateFolder').length).toBe(2)
    await client.close()
  })

  it('those who do not know of each other find the folder that another has just made', async () => {
    const root = await homeOf('shared')
    const asked = Array.from({ length: 8 }, () => new Folders(line.client).ensure(root, ['e', 'f'], new AbortController().signal))
    expect(new Set((await Promise.all(asked)).map(({ value }) => value)).size).toBe(1)
  })
})
