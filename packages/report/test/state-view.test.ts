import type { Context, Row, State } from '@forgeplan/model'
import { contextId, instanceAddress, instanceUnit, late, object, realm, remoteId, stackName, uid } from '@forgeplan/model'
import { describe, expect, it } from 'vitest'
import { outputsJson, outputsText, stateList, stateListJson, stateListText, stateShow, stateShowJson } from '../src/state-view.ts'
import { at, catalog, machine, secret, web } from './builders.ts'
import { expectGolden } from './golden.ts'

const row = (id: number, phase: Row['phase'] = { kind: 'live' }): Row => ({
  uid: uid(`u-${id}`),
  generation: id,
  address: at(web, id),
  phase,
  type: machine,
  typeVersion: 1,
  realm: realm('here'),
  context: contextId('c'),
  id: remoteId(`m-${id}`),
  inputs: { memory: 4 * 2 ** 30, token: secret('TOKEN', 'cafebabe') },
  outputs: { ip: '10.0.0.1\u001b[2J', key: 'canary' },
  specDigest: 'd',
  resolved: {},
  version: 1,
})
const context: Context = {
  unit: web,
  provider: { name: 'local', plugin: 'hyperkit', settings: {} },
  flavor: null,
  policy: { preventDestroy: true, onDestroy: 'keep', ignoreChanges: [] },
  dependsOn: [],
}
const rows = [row(10), row(2, { kind: 'released', why: 'kept' }), row(1)]
const state: State = {
  lineage: null,
  stack: stackName('lab'),
  generation: 10,
  revision: 1,
  serial: 1,
  rows: new Map(rows.map((of) => [of.uid, of])),
  contexts: new Map(),
  outputs: {},
  lastRun: null,
  done: new Set(),
}
const schemas = {
  inputs: catalog.providers.get('hyperkit')?.types[0]?.inputs ?? object({}),
  outputs: object({ key: { schema: { kind: 'secret' }, doc: '' } }),
}

describe('the state', () => {
  it('is listed in natural order, released objects last', () => {
    expect(stateListText(stateList(state))).toBe('group.web/1\ngroup.web/10\ngroup.web/2  (released: kept)\n')
    expect(stateList(state, ['group.web/1']).map((of) => of.uid)).toEqual(['u-1'])
    expect(JSON.parse(stateListJson(stateList(state, ['group.web'])))).toHaveLength(3)
  })

  it('shows an object without its secrets', () => {
    const text = stateShow(row(1), context, schemas, { width: 80, color: false })
    expectGolden('state-show.txt', text)
    expect(text).not.toMatch(/canary|cafebabe/)
    expect(stateShowJson(row(1), context, schemas)).not.toContain('canary')
  })

  it('shows what was late as its expression, also in JSON', () => {
    const ip = late({ kind: 'output', of: instanceAddress(instanceUnit('nfs')), path: ['ip'] })
    const url = late({ kind: 'call', fn: 'concat', args: ['http://', ip] })
    const token = late({ kind: 'secret', source: 'env:TOKEN', digest: 'cafebabe' })
    const shown = JSON.parse(stateShowJson({ ...row(1), inputs: { environment: { NFS: ip, URLS: [url], token } } }, context, {})) as object
    expect(shown).toMatchObject({
      inputs: {
        environment: {
          NFS: { $late: '${instance.nfs.ip}' },
          URLS: [{ $late: 'http://${instance.nfs.ip}' }],
          token: { $sealed: 'cafebabe' },
        },
      },
    })
  })

  it('shows outputs, save sensitive ones', () => {
    const outputs = { url: 'http://x', password: null }
    expect(outputsText(outputs, new Set(['password']))).toBe('password = (sensitive)\nurl = "http://x"\n')
    expect(JSON.parse(outputsJson(outputs, new Set(['password'])))).toEqual({
      password: { sensitive: true, value: null },
      url: { sensitive: false, value: 'http://x' },
    })
  })
})
