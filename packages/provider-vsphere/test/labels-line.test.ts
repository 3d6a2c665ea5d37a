import type { PlainMap } from '@forgeplan/model'
import { groupUnit, memberAddress, normaliseObject, remoteId, stackName } from '@forgeplan/model'
import type { Handler, Session, Target } from '@forgeplan/sdk'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { hasVcsim } from '../../../test/require.ts'
import type { Exchange } from '../../../test/support/soap-proxy.ts'
import { vsphere } from '../src/index.ts'
import { vm, vmType } from '../src/vm/vm-type.ts'
import { aCall } from './rig.ts'
import { settingsOf } from './subject.ts'
import type { Line } from './support/line.ts'
import { openLine } from './support/line.ts'
import { targetOf } from './target.ts'

const reconfigure = 'ReconfigureComputeResource_Task'

describe.skipIf(!hasVcsim())('labels and rules on a line', () => {
  let line: Line
  let session: Session
  const heard: Exchange[] = []
  const own: Record<string, Target[]> = { bare: [], full: [] }

  const open = (): Promise<Session> =>
    vsphere.open(
      { ...settingsOf(line), cluster: 'DC0_C0', datastore: 'LocalDS_0' },
      { directory: '/', signal: new AbortController().signal },
    )
  const handlerOf = (each: Session): Handler => each.handlers.get(vmType) as Handler
  const apply = (target: Target, verb: 'create' | 'update', inputs: PlainMap) =>
    handlerOf(session).apply(verb, target, normaliseObject(vm.inputs, inputs) as PlainMap, { kind: 'absent' }, aCall())

  const base = { template: 'DC0_H0_VM0', powerOn: false }
  const labels = { vsphereTags: ['env/prod'], customAttributes: { owner: 'x' }, antiAffinity: true }

  beforeAll(async () => {
    line = await openLine('', (exchange) => void heard.push(exchange))
    const post = (path: string, body: unknown) => line.client.rest.call({ path: `cis/tagging/${path}`, method: 'POST', body })
    const spec = { name: 'env', description: '', cardinality: 'MULTIPLE', associable_types: [] }
    const category = await post('category', { create_spec: spec })
    await post('tag', { create_spec: { name: 'prod', description: '', category_id: category } })
    session = await open()
    for (const [group, inputs] of [
      ['bare', base],
      ['full', { ...base, ...labels }],
    ] as const) {
      for (let index = 0; index < 10; index += 1) {
        const address = memberAddress(groupUnit(group), String(index))
        const target = targetOf(index, { address })
        const mark = { ...target.mark, address, stack: stackName(group) }
        const marked = { ...target, mark }
        own[group]?.push({ ...marked, id: remoteId((await apply(marked, 'create', inputs)).id) })
      }
    }
  })
  afterAll(async () => {
    await session[Symbol.asyncDispose]()
    await line[Symbol.asyncDispose]()
  })
  beforeEach(() => line.meddle(() => ({ kind: 'pass' })))

  /** The calls of one plan: all are looked at, and everything with the stack's mark is swept, at the same time. */
  const callsOfPlan = async (group: 'bare' | 'full'): Promise<readonly string[]> => {
    const other = await open()
    const handler = handlerOf(other)
    line.calls()
    const sweep = async (): Promise<number> => {
      let count = 0
      for await (const _ of handler.list(stackName(group), aCall())) count += 1
      return count
    }
    const [seen, count] = await Promise.all([handler.observe(own[group] ?? [], aCall()), sweep()])
    const calls = line.calls()
    expect([[...seen.values()].filter(({ kind }) => kind === 'present').length, count]).toEqual([10, 10])
    await other[Symbol.asyncDispose]()
    return calls
  }

  it('of machines that ask for none cost no call', async () => {
    const calls = await callsOfPlan('bare')
    expect(calls.filter((each) => each.includes('/rest/'))).toEqual([])
  })

  it('of all machines cost five calls more, and no more for the sweep', async () => {
    const [bare, full] = [await callsOfPlan('bare'), await callsOfPlan('full')]
    // Field definitions, values, the REST login, tags, rules.
    expect(full.length - bare.length).toBeLessThanOrEqual(5)
    expect(full.filter((each) => each.includes('tag-association')).length).toBe(1)
  })

  it('a change of a cluster that somebody else was faster with is made after another look', async () => {
    const target = own['full']?.[0] as Target
    await apply(target, 'update', { ...base, antiAffinity: false })
    line.meddle((method, before) =>
      method === reconfigure && before < 2 ? { kind: 'fault', fault: 'ConcurrentAccess' } : { kind: 'pass' },
    )
    heard.length = 0
    await apply(target, 'update', { ...base, ...labels })
    const [request] = heard.filter(({ method }) => method === reconfigure)
    expect((await handlerOf(session).observe(own['full'] ?? [], aCall())).get(target.uid)).toMatchObject({ inputs: labels })
    // The order of the schema, which a vCenter asks for and the simulator does not.
    expect(request?.request).toMatch(
      /<spec [^>]*"ClusterConfigSpecEx"><rulesSpec><operation>edit<\/operation><info [^>]*"ClusterAntiAffinityRuleSpec"><key>\d+<\/key><enabled>true<\/enabled><name>forge full group.full \w{8}<\/name><userCreated>true<\/userCreated>(<ruleUuid>[-\w]+<\/ruleUuid>)?(<vm type="VirtualMachine">vm-\d+<\/vm>){10}<\/info><\/rulesSpec><\/spec><modify>true<\/modify>/,
    )
  })

  it('a cluster that never takes a change is asked five times', async () => {
    const target = own['full']?.[1] as Target
    line.meddle((method) => (method === reconfigure ? { kind: 'fault', fault: 'ConcurrentAccess' } : { kind: 'pass' }))
    line.calls()
    await expect(apply(target, 'update', { ...base, antiAffinity: false })).rejects.toMatchObject({ kind: 'transient' })
    expect(line.calls().filter((each) => each === reconfigure).length).toBe(5)
  })

  it('tags whose answer is lost are on the machine all the same', async () => {
    const target = own['bare']?.[0] as Target
    line.meddle((method, before) => (method.includes('tag-association') && before === 0 ? { kind: 'cut-after' } : { kind: 'pass' }))
    await apply(target, 'update', { ...base, vsphereTags: ['env/prod'] })
    expect((await handlerOf(session).observe([target], aCall())).get(target.uid)).toMatchObject({ inputs: { vsphereTags: ['env/prod'] } })
  })
})
