import type { PlainMap } from '@forgeplan/model'
import { groupUnit, memberAddress, remoteId } from '@forgeplan/model'
import type { Target } from '@forgeplan/sdk'
import { beforeAll, describe, expect, it } from 'vitest'
import { hasVcsim } from '../../../test/require.ts'
import { atlasOf } from '../src/places/atlas.ts'
import { preflight } from '../src/preflight/preflight.ts'
import { aCall, useRig } from './rig.ts'

describe.skipIf(!hasVcsim())('vSphere tags', () => {
  const rig = useRig(['-vm', '1'])
  const template = 'DC0_H0_VM0'
  const ids = new Map<string, string>()

  const post = async (path: string, body: unknown): Promise<unknown> =>
    rig.client.rest.call({ path: `cis/tagging/${path}`, method: 'POST', body })

  beforeAll(async () => {
    for (const category of ['env', 'cost/center']) {
      const spec = { name: category, description: '', cardinality: 'MULTIPLE', associable_types: [] }
      const owner = await post('category', { create_spec: spec })
      for (const name of ['prod', 'test', 'a/b']) {
        const id = await post('tag', { create_spec: { name, description: '', category_id: owner } })
        ids.set(`${category}/${name}`, String(id))
      }
    }
  })

  const made = async (inputs: PlainMap): Promise<Target> => {
    const target = rig.target()
    const { id } = await rig.apply('create', target, { template, powerOn: false, ...inputs })
    return { ...target, id: remoteId(id) }
  }
  const update = (target: Target, inputs: PlainMap) => rig.apply('update', target, { template, powerOn: false, ...inputs })
  const seen = async (target: Target): Promise<unknown> => {
    const sight = await rig.see(target)
    return sight?.kind === 'present' ? sight.inputs['vsphereTags'] : sight?.kind
  }
  const objectOf = (target: Target) => ({ object_id: { type: 'VirtualMachine', id: target.id } })
  const carried = async (target: Target): Promise<unknown> => {
    // The simulator has null for an empty list.
    const attached = (await post('tag-association?~action=list-attached-tags', objectOf(target))) as readonly string[] | null
    return [...ids].flatMap(([text, id]) => (attached?.includes(id) === true ? [text] : []))
  }
  const change = (action: 'attach' | 'detach', target: Target, text: string) =>
    post(`tag-association/id:${ids.get(text) ?? ''}?~action=${action}`, objectOf(target))

  it('are given, changed and taken off in place, in the order of the configuration', async () => {
    const target = await made({ vsphereTags: ['env/prod', 'cost/center/a/b'] })
    expect(await seen(target)).toEqual(['env/prod', 'cost/center/a/b'])
    expect(await carried(target)).toEqual(['env/prod', 'cost/center/a/b'])
    await update(target, { vsphereTags: ['env/test'] })
    expect(await seen(target)).toEqual(['env/test'])
    expect(await carried(target)).toEqual(['env/test'])
  })

  it('that somebody took off differ from what was applied', async () => {
    const target = await made({ vsphereTags: ['env/prod', 'env/test'] })
    await change('detach', target, 'env/prod')
    expect(await seen(target)).toEqual(['env/test'])
    await update(target, { vsphereTags: ['env/prod', 'env/test'] })
    expect(await carried(target)).toEqual(['env/prod', 'env/test'])
  })

  it('of others are neither told nor touched', async () => {
    const target = await made({ vsphereTags: ['env/prod'] })
    await change('attach', target, 'env/test')
    expect(await seen(target)).toEqual(['env/prod'])
    await update(target, { vsphereTags: [] })
    expect(await carried(target)).toEqual(['env/test'])
  })

  it('that are not mentioned any more stay as they are', async () => {
    const target = await made({ vsphereTags: ['env/prod'] })
    await update(target, { notes: 'other' })
    expect(await carried(target)).toEqual(['env/prod'])
    await update(target, { vsphereTags: [] })
    expect(await carried(target)).toEqual([])
  })

  it('are what machines to import are found by', async () => {
    const [target] = [await made({}), await made({})]
    await change('attach', target, 'cost/center/prod')
    const found: string[] = []
    for await (const { id } of rig.handler.find?.({ tag: 'cost/center/prod' }, aCall()) ?? []) found.push(id)
    expect(found).toEqual([target.id])
    const none = rig.handler.find?.({ tag: 'cost/center/prof' }, aCall())
    await expect(none?.[Symbol.asyncIterator]().next()).rejects.toMatchObject({ kind: 'invalid' })
  })

  it('that vCenter does not have are no reason to make anything', async () => {
    await expect(made({ vsphereTags: ['env/prof'] })).rejects.toMatchObject({ kind: 'invalid' })
  })

  it('that vCenter does not have are told by the plan, with those that it has', async () => {
    const wanted = (vsphereTags: readonly string[], index: number) => ({
      address: memberAddress(groupUnit('web'), String(index)),
      inputs: { vsphereTags, cluster: 'DC0_C0', datastore: 'LocalDS_0', network: 'VM Network' },
    })
    const site = { client: rig.client, atlas: atlasOf(rig.client), defaults: {} }
    const calm = { signal: AbortSignal.timeout(60_000) }
    const found = await preflight(
      site,
      { wanted: [wanted(['env/prof', 'enf/prod'], 1), wanted(['env/prof', 'env/prod'], 2)], touched: [] },
      calm,
    )
    expect(found.map(({ code, severity, detail }) => [code, severity, detail])).toEqual([
      [
        'FORGE5301',
        'error',
        'The vSphere tag "env/prof" is not known. Did you mean "env/prod"? Known are: env/a/b, env/prod, env/test. Make it in vCenter, or correct the name; forge makes no tags. Wanted by group.web/1 and 1 more.',
      ],
      [
        'FORGE5301',
        'error',
        'The category of the vSphere tag "enf/prod" is not known. Did you mean "env"? Known are: cost/center, env. Make it in vCenter, or correct the name; forge makes no tags. Wanted by group.web/1.',
      ],
    ])
  })
})
