import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hasVcsim } from '../../../test/require.ts'
import type { Meddling } from '../../../test/support/soap-proxy.ts'
import type { Stage } from './support/fleet.ts'
import { Fleet } from './support/fleet.ts'
import type { Line } from './support/line.ts'
import { openLine } from './support/line.ts'

const site = (stack: string, name: string): string =>
  `  site: { instance: { provider: vc, type: folder, name: ${stack}-${name}, parent: "${stack}" } }\n`
const box = '  box: { instance: { provider: vc, template: DC0_H0_VM0, folder: "${instances.site.path}" } }\n'

const stage = (name: string, text: (stack: string) => string): Stage => ({ name, wanted: {}, text })

const create = stage('create', (stack) => `instances:\n${site(stack, 'first')}${box}`)
const rename = stage('rename', (stack) => `instances:\n${site(stack, 'second')}${box}`)
const empty = stage('empty', (stack) => `instances:\n${site(stack, 'second')}`)
const gone = stage('gone', () => '')

describe.skipIf(!hasVcsim())('a folder on a bad line', () => {
  let line: Line
  beforeAll(async () => {
    line = await openLine()
  })
  afterAll(async () => {
    await line[Symbol.asyncDispose]()
  })

  /** The folders of a stack, and those that are unfinished whosever. */
  const folders = async (stack: string): Promise<readonly string[]> => {
    const names: string[] = []
    const query = { of: { under: line.client.content.rootFolder }, properties: { Folder: ['name'] } }
    for await (const { properties } of line.client.retrieve(query)) names.push(String(properties.get('name')))
    return names.filter((name) => name.startsWith(`${stack}-`) || name.startsWith('forge-')).toSorted()
  }

  const step = async (fleet: Fleet, at: Stage, struck: readonly [method: string, fault: Meddling]): Promise<void> => {
    fleet.enter(at, line.port)
    line.meddle((method, before) => (method === struck[0] && before === 0 ? struck[1] : { kind: 'pass' }))
    await fleet.tryToApply()
    line.meddle(() => ({ kind: 'pass' }))
    await fleet.apply(`${fleet.stack} ${at.name} ${struck[0]}`)
  }

  const faults = [
    ['before', { kind: 'cut-before' }],
    ['after', { kind: 'cut-after' }],
  ] as const

  it.each(
    ['CreateFolder', 'AddCustomFieldDef', 'SetField', 'Rename_Task', 'UnregisterAndDestroy_Task', 'Destroy_Task'].flatMap((method) =>
      faults.map(([when, fault]) => [method, when, fault] as const),
    ),
  )('whose %s is lost %s its effect is made once, renamed, and taken away', async (method, when, fault) => {
    const stack = `${method.toLowerCase().replaceAll('_', '')}${when}`
    using fleet = new Fleet(stack)
    await step(fleet, create, [method, fault])
    expect(await folders(stack)).toEqual([`${stack}-first`])
    await step(fleet, rename, [method, fault])
    expect(await folders(stack)).toEqual([`${stack}-second`])
    await step(fleet, empty, [method, fault])
    expect(await folders(stack)).toEqual([`${stack}-second`])
    await step(fleet, gone, [method, fault])
    expect(await folders(stack)).toEqual([])
  })
})
