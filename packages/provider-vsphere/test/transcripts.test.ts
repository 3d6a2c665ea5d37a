import { join } from 'node:path'
import { mkdirSync, writeFileSync } from 'node:fs'
import type { PlainMap } from '@forgeplan/model'
import { groupUnit, lineage, memberAddress, normaliseObject, remoteId, stackName, uid } from '@forgeplan/model'
import type { Handler, Target } from '@forgeplan/sdk'
import { bytesSource } from '@forgeplan/vsphere-soap'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hasVcsim } from '../../../test/require.ts'
import type { Exchange } from '../../../test/support/soap-proxy.ts'
import { golden } from '../../testkit/src/index.ts'
import type { Struct } from '../../vsphere-soap/src/codec/schema.ts'
import { methodOf, structOf } from '../../vsphere-soap/src/codec/schema.ts'
import { vsphere } from '../src/index.ts'
import { vm, vmType } from '../src/vm/vm-type.ts'
import { aCall } from './rig.ts'
import { settingsOf } from './subject.ts'
import type { Line } from './support/line.ts'
import { openLine } from './support/line.ts'
import { transcriptOf } from './support/transcript.ts'
import type { Element } from './support/xml.ts'
import { treesIn, typeOf } from './support/xml.ts'

const folder = join(import.meta.dirname, 'golden')
const common = { network: 'VM Network', notes: 'first' }
const scenes: Readonly<Record<string, { readonly before: PlainMap; readonly after: PlainMap }>> = {
  image: {
    before: { ...common, iso: '[LocalDS_0] boot.iso', init: 'echo hello', disks: [{ name: 'data', size: 2 ** 26 }] },
    after: {
      ...common,
      iso: '[LocalDS_0] other.iso',
      init: 'echo hello',
      disks: [
        { name: 'data', size: 2 ** 26 },
        { name: 'more', size: 2 ** 26 },
      ],
      notes: 'second',
    },
  },
  clone: {
    before: { ...common, template: 'DC0_H0_VM0', cpus: 2, tags: { a: 'b' } },
    after: { ...common, template: 'DC0_H0_VM0', cpus: 2, folder: 'elsewhere', extraConfig: { 'guestinfo.a': 'b' } },
  },
}

describe.skipIf(!hasVcsim())('what goes over the wire', () => {
  let line: Line
  const heard: Exchange[] = []
  beforeAll(async () => {
    line = await openLine('', (exchange) => void heard.push(exchange))
    for (const path of ['boot.iso', 'other.iso'])
      await line.client.datastores.upload({ datacenter: 'DC0', datastore: 'LocalDS_0', path }, bytesSource(Buffer.from('boot')))
  })
  afterAll(async () => {
    await line[Symbol.asyncDispose]()
  })

  const targetOf = (scene: string): Target => {
    const address = memberAddress(groupUnit(scene), '1')
    const own = uid(`11111111-2222-4333-8444-${Buffer.from(scene.padEnd(6)).toString('hex')}`)
    const mark = {
      lineage: lineage('11111111-2222-4333-8444-555555555555'),
      stack: stackName('golden'),
      uid: own,
      address,
      generation: 1,
      specDigest: '0'.repeat(64),
    }
    return { uid: own, address, type: vmType, mark, id: null, handle: null, begunAt: null, making: false }
  }

  /** From the login to the logout, one thing after the other. */
  const act = async (scene: string): Promise<void> => {
    const { before, after } = scenes[scene] ?? { before: {}, after: {} }
    const session = await vsphere.open(settingsOf(line), { directory: '/', signal: new AbortController().signal })
    const handler = session.handlers.get(vmType) as Handler
    const target = targetOf(scene)
    const want = (inputs: PlainMap): PlainMap => normaliseObject(vm.inputs, inputs) as PlainMap
    const { id } = await handler.apply('create', target, want(before), { kind: 'absent' }, aCall())
    const made = { ...target, id: remoteId(id) }
    const look = async () => (await handler.observe([made], aCall())).get(made.uid) ?? { kind: 'absent' as const }
    await handler.apply('restart', made, want(after), await look(), aCall())
    await handler.delete(made, await look(), aCall())
    expect(await look()).toEqual({ kind: 'absent' })
    await session[Symbol.asyncDispose]()
  }

  it.each(Object.keys(scenes))('a machine of the kind "%s" is made, changed and removed with the same requests as ever', async (scene) => {
    heard.length = 0
    await act(scene)
    const { requests, answers } = transcriptOf(heard)
    expect(requests).not.toContain('>pass<')
    // Another simulator has another inventory, whose references stand in the requests.
    if (process.env['FORGE_VCSIM'] === undefined) golden(join(folder, `${scene}.requests.xml`), requests)
    // Kept for people to read: another version of the simulator says other things.
    if (process.env['FORGE_GOLDEN'] === 'update') keep(`${scene}.answers.xml`, answers)
    expect(heard.flatMap(({ method, request }) => (method.includes('/') ? [] : flawsIn(request)))).toEqual([])
  })

  const keep = (name: string, text: string): void => {
    mkdirSync(folder, { recursive: true })
    writeFileSync(join(folder, name), text)
  }
})

// The simulator takes any order; a vCenter takes the schema's alone.
const flawsIn = (envelope: string): readonly string[] => {
  const body = /<soapenv:Body[^>]*>(.*)<\/soapenv:Body>/s.exec(envelope)?.[1] ?? ''
  return treesIn(body).flatMap((call) => {
    const method = methodOf(call.name)
    const [own, ...args] = call.children
    if (method === null || own?.name !== '_this') return [`${call.name} is no call`]
    return flawsOf(call.name, args, method.args)
  })
}

const flawsOf = (path: string, children: readonly Element[], { fields }: Struct): readonly string[] => {
  const at = children.map(({ name }) => fields.findIndex((field) => field.name === name))
  return children.flatMap((child, index) => {
    const field = fields[at[index] ?? -1]
    const here = `${path}.${child.name}`
    if (field === undefined) return [`${here} is not in the schema`]
    const before = at[index - 1] ?? -1
    const isInOrder = before < (at[index] ?? -1) || (before === at[index] && field.list)
    const struct = structOf(typeOf(child) ?? field.type)
    return [...(isInOrder ? [] : [`${here} is out of order`]), ...(struct === null ? [] : flawsOf(here, child.children, struct))]
  })
}
