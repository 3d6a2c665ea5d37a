import type { Catalog, Context, Row, Shape, State, Unit } from '@forgeplan/model'
import { cautious, contextId, imageUnit, object, realm, remoteId, stackName, typeName, uid, versionAddress } from '@forgeplan/model'
import { describe, expect, it } from 'vitest'
import { imageListJson, imageListText } from '../src/image-list-text.ts'
import type { ImageSummary } from '../src/image-list.ts'
import { imageList } from '../src/image-list.ts'
import { at, machine, web } from './builders.ts'

const os = imageUnit('os')
const imageType = typeName('hyperkit', 'image')
const here = contextId('here')

const catalog: Catalog = {
  providers: new Map([
    [
      'hyperkit',
      {
        name: 'hyperkit',
        doc: 'Machines.',
        settings: object({}),
        machine,
        image: imageType,
        types: [
          {
            name: imageType,
            doc: 'An image.',
            version: 1,
            inputs: object({}),
            outputs: object({}),
            effect: () => 'live',
            guest: 'none',
            paths: ({ digest }, { root }) => ({ iso: `${String(root)}/${String(digest)}.iso`, cmdline: 'quiet' }),
          },
        ],
      },
    ],
  ]),
  flavors: new Map(),
  images: new Map(),
}

const row = (id: number, more: Partial<Row>): Row => ({
  uid: uid(`u-${id}`),
  generation: id,
  address: at(web, id),
  phase: { kind: 'live' },
  type: machine,
  typeVersion: 1,
  realm: realm('here'),
  context: here,
  id: remoteId(`m-${id}`),
  inputs: {},
  outputs: {},
  specDigest: 'd',
  resolved: {},
  version: 1,
  ...more,
})
const version = (id: number, digest: string): Row =>
  row(id, {
    address: versionAddress(os, digest),
    type: imageType,
    inputs: { digest },
    outputs: { size: id * 2 ** 20, files: [`${digest}.iso`] },
  })
const boots = (id: number, digest: string, more: Partial<Row> = {}): Row =>
  row(id, { inputs: { iso: `machines/${digest}.iso`, cmdline: 'quiet' }, ...more })

const context: Context = {
  unit: os,
  provider: { name: 'local', plugin: 'hyperkit', settings: { root: 'machines' } },
  flavor: null,
  policy: { preventDestroy: false, onDestroy: 'destroy', ignoreChanges: [] },
  dependsOn: [],
}
const unit = (wanted: string): Unit => ({
  name: os,
  shape: { kind: 'versions', wanted, keep: 2 } satisfies Shape,
  type: imageType,
  provider: 'local',
  inputs: {},
  flavor: null,
  policy: context.policy,
  dependsOn: [],
  healthTimeoutMs: 0,
  update: cautious(0),
  heal: null,
})

const list = (units: readonly Unit[], rows: readonly Row[]): readonly ImageSummary[] => {
  const state = { rows: new Map(rows.map((of) => [of.uid, of])), contexts: new Map([[here, context]]) } as unknown as State
  return imageList({ stack: stackName('lab'), units } as never, state, catalog)
}

const [a, b, c] = ['a', 'b', 'c'].map((digit) => digit.repeat(12)) as [string, string, string]
const standings = (images: readonly ImageSummary[]) => images.flatMap(({ versions }) => versions.map((one) => [one.version, one.standing]))

describe('the list of images', () => {
  it('has the wanted version first, then the newest, and the machines that boot from each', () => {
    const [image] = list([unit(b)], [version(1, a), version(2, b), version(3, c), boots(4, b), boots(10, a), boots(5, a)])
    expect(image).toMatchObject({ name: 'image.os', provider: 'local', keep: 2 })
    expect(image?.versions.map((one) => [one.version, one.standing, one.usedBy])).toEqual([
      [b, 'wanted', ['group.web/4']],
      [c, 'older', []],
      [a, 'older', ['group.web/5', 'group.web/10']],
    ])
  })

  it('tells a version that is not pushed yet, one that has no outcome, and an image that nobody wants any more', () => {
    expect(standings(list([unit(b)], [version(1, a)]))).toEqual([
      [b, 'unpushed'],
      [a, 'older'],
    ])
    const creating = { ...version(1, a), phase: { kind: 'creating' } } as unknown as Row
    expect(standings(list([unit(a)], [creating]))).toEqual([[a, 'unfinished']])
    expect(list([], [version(1, a)])).toMatchObject([{ provider: 'local', keep: null, versions: [{ standing: 'older' }] }])
    expect(list([], [boots(1, a)])).toEqual([])
  })

  it('counts no machine of another place, and none that was let go', () => {
    const released = boots(3, a, { phase: { kind: 'released', why: 'kept' } })
    const [image] = list([unit(a)], [version(1, a), boots(2, a, { realm: realm('elsewhere') }), released])
    expect(image?.versions[0]?.usedBy).toEqual([])
  })

  it('is a few lines for people, and has everything as JSON', () => {
    const images = list([unit(c)], [version(1, a), version(14, b), ...Array.from({ length: 12 }, (_, i) => boots(20 + i, a))])
    expect(imageListText(images, { color: false, width: 100 })).toBe(
      [
        'image.os  pushed to local, keeps 2 versions',
        '  cccccccccccc  not pushed yet',
        '  bbbbbbbbbbbb  older             14.0 MiB',
        '  aaaaaaaaaaaa  older              1.0 MiB  group.web/20, group.web/21, group.web/22, group.web/23,',
        '                                            group.web/24, group.web/25, group.web/26, group.web/27,',
        '                                            group.web/28, group.web/29 and 2 more',
        '',
      ].join('\n'),
    )
    expect(JSON.parse(imageListJson(images))).toEqual(images)
  })
})
