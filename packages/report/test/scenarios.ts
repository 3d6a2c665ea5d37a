import type { Address, Plan, RemoteId, Renamed } from '@forgeplan/model'
import { contextId, groupUnit, instanceUnit, stackName, typeName, uid } from '@forgeplan/model'
import {
  alter,
  at,
  basic,
  concat,
  create,
  disk,
  field,
  gate,
  ids,
  keep,
  member,
  output,
  plan,
  remove,
  secret,
  unit,
  warning,
  web,
} from './builders.ts'

const db = groupUnit('db')
const nfs = instanceUnit('nfs') as string as Address
const GiB = 2 ** 30
const moved = (from: Address, to: Address): Renamed => ({ uid: uid(`u-${from}`), from, to, context: contextId('c') })
const hostileText = `\u001b[31mred\u202Eevil</details>\`\`\`|@root #1 ![x](http://evil) \n# heading\n${'A'.repeat(10_000)}`
const init = (port: number): string => ['#!/bin/sh', 'set -eu', 'echo start', `serve --port ${port}`, 'echo end', ''].join('\n')

const image = typeName('hyperkit', 'image')

const version = (address: string, before: string, madeOf: readonly [string, string] | null): Plan['changes'][number] => {
  const fields = madeOf === null ? [] : [field('madeOf', madeOf[0], madeOf[1])]
  const inputs = { name: 'host', format: 'iso', plugin: 'linuxkit', ...(madeOf === null ? {} : { madeOf: madeOf[1] }) }
  return { ...create(address as Address, { kind: 'new-version', before: before as Address, fields }, inputs), type: image }
}

/** Plans of every kind that a reader may meet, by the name of their golden files. */
export const scenarios: Readonly<Record<string, Plan>> = {
  'new-stack': plan(
    {
      lineage: null,
      changes: [...ids(1, 3).map((id) => create(at(web, id), { kind: 'new' }, { ...basic, port: 8080 + id })), create(nfs)],
      steps: [
        gate(
          web,
          ids(1, 3).map((id) => at(web, id)),
        ),
      ],
    },
    [unit(web, { ...basic, port: member('ordinal') })],
  ),
  'scale-up': plan({
    changes: [...ids(1, 3).map((id) => keep(at(web, id))), ...ids(4, 5).map((id) => create(at(web, id), { kind: 'scaled-up', to: 5 }))],
    steps: [gate(web, [at(web, 4), at(web, 5)], { pass: { kind: 'holdFor', ms: 60_000 } })],
  }),
  'scale-down': plan({
    changes: [...ids(1, 3).map((id) => keep(at(web, id))), ...ids(4, 5).map((id) => remove(at(web, id), { kind: 'scaled-down', to: 3 }))],
    risks: [{ severity: 'medium', kind: 'destroy', summary: '2 members end', addresses: [at(web, 4), at(web, 5)] }],
  }),
  'folded-mixed': plan({
    changes: [
      ...ids(1, 17).map((id) => alter('update', at(web, id), [field('memory', 4 * GiB, 8 * GiB)])),
      keep(at(web, 18)),
      ...ids(19, 20).map((id) => alter('update', at(web, id), [field('memory', 4 * GiB, 8 * GiB)])),
      create(at(web, 21), { kind: 'vanished' }),
      ...ids(1, 3).map((id) => keep(at(db, id))),
    ],
  }),
  'update-fields': plan({
    changes: [
      alter('update', at(web, 1), [
        field('memory', 4 * GiB, 6.5 * GiB),
        field('boot', 60_000, 90_000),
        field('tags', { role: 'web', tier: 'a' }, { role: 'db', zone: 'z' }),
        field(
          'disks',
          [{ name: 'data', size: 10 * GiB }],
          [
            { name: 'data', size: 20 * GiB },
            { name: 'log', size: GiB },
          ],
        ),
        field('port', 8080, undefined, { released: true }),
        field('cpus', undefined, 4),
      ]),
    ],
  }),
  restart: plan({
    changes: ids(1, 3).map((id) => alter('restart', at(web, id), [field('cpus', 2, 4, { effect: 'restart' })])),
    steps: ids(1, 3).map((id) => gate(web, [at(web, id)])),
  }),
  replace: plan({
    changes: ids(1, 3).map((id) => alter('replace', at(web, id), [field('init', init(8080), init(9090), { effect: 'replace' })])),
    risks: [{ severity: 'medium', kind: 'replace', summary: '3 machines are built anew', addresses: ids(1, 3).map((id) => at(web, id)) }],
  }),
  'replace-uncertain': plan({
    changes: [
      alter('replace', at(web, 1), [
        field('init', 'old', concat('nfs=', output('instance.nfs', 'ip')), { effect: 'replace', uncertain: true }),
      ]),
    ],
    risks: [{ severity: 'medium', kind: 'may-replace', summary: 'init is not known before apply', addresses: [at(web, 1)] }],
  }),
  drift: plan({
    changes: [
      alter('update', at(web, 2), [field('memory', 2 * GiB, 4 * GiB, { drifted: true })], { kind: 'drifted', fields: ['memory'] }),
      keep(at(web, 1)),
    ],
    risks: [{ severity: 'low', kind: 'drift', summary: 'memory was changed outside of forge', addresses: [at(web, 2)] }],
  }),
  vanished: plan({
    changes: [
      keep(at(web, 1)),
      { ...create(at(web, 2), { kind: 'vanished' }), action: 'create', inputs: basic, resumes: null, replaces: uid('u-old') },
    ],
    risks: [{ severity: 'medium', kind: 'vanished', summary: 'an object vanished', addresses: [at(web, 2)] }],
  } as Partial<Plan>),
  stopped: plan({ changes: [alter('restart', at(web, 2), [], { kind: 'stopped', why: 'exit code 137' }), keep(at(web, 1))] }),
  interrupted: plan({
    changes: [{ ...create(at(web, 2), { kind: 'interrupted' }), resumes: uid('u-half') } as Plan['changes'][number], keep(at(web, 1))],
  }),
  renamed: plan({
    renamed: [
      ...ids(1, 3).map((id) => moved(at(web, id), at(groupUnit('front'), id))),
      moved(nfs, instanceUnit('files') as string as Address),
    ],
    changes: [...ids(1, 3).map((id) => keep(at(groupUnit('front'), id))), keep(instanceUnit('files') as string as Address)],
  }),
  'settings-only': plan({
    renamed: ids(1, 3).map((id) => moved(at(web, id), at(web, id))),
    changes: ids(1, 3).map((id) => keep(at(web, id))),
  }),
  'release-keep': plan({
    changes: [
      { action: 'release', address: at(db, 1), type: disk, reason: { kind: 'kept-by-policy' }, uid: uid('u-1'), why: 'kept' },
      {
        action: 'release',
        address: at(web, 1),
        type: disk,
        reason: { kind: 'detached', where: '/vm/attic' },
        uid: uid('u-2'),
        why: 'detached',
      },
      create(at(web, 4), { kind: 'instead-of', address: at(web, 1) }),
    ],
    risks: [{ severity: 'medium', kind: 'released', summary: 'an object is released and stays', addresses: [at(web, 1)] }],
  }),
  forget: plan({ changes: [{ action: 'forget', address: nfs, type: disk, reason: { kind: 'not-configured' }, uid: uid('u-nfs') }] }),
  import: plan({
    changes: [
      {
        action: 'import',
        address: nfs,
        type: basicType(),
        reason: { kind: 'requested' },
        id: 'vm-42' as RemoteId,
        inputs: basic,
        context: contextId('c'),
      },
    ],
  }),
  'refused-max-destroy': plan({
    changes: ids(1, 5).map((id) => remove(at(web, id), { kind: 'not-configured' })),
    refusals: [
      {
        kind: 'max-destroy',
        exit: 6,
        summary: '5 of 5 objects would be destroyed, 1 is allowed.',
        remedy: 'forge apply --max-destroy 5',
        addresses: ids(1, 5).map((id) => at(web, id)),
      },
    ],
    risks: [{ severity: 'high', kind: 'destroy', summary: 'group.web ends', addresses: ids(1, 5).map((id) => at(web, id)) }],
  }),
  'refused-many': plan({
    changes: [keep(at(web, 1)), remove(at(db, 1), { kind: 'id-removed' })],
    refusals: (['prevent-destroy', 'unclaimed', 'foreign', 'lost-state', 'pet-detached', 'unreadable', 'vanished'] as const).map(
      (kind) => ({
        kind,
        exit: kind === 'lost-state' || kind === 'unreadable' ? 1 : 6,
        summary: `Refused because of ${kind}.`,
        remedy: 'forge state recover',
        addresses: [at(db, 1)],
      }),
    ),
  }),
  lifted: plan({
    changes: ids(1, 2).map((id) => remove(at(web, id), { kind: 'scaled-down', to: 0 })),
    lifts: [
      { kind: 'max-destroy', detail: '--max-destroy 5 allows 5 objects to end' },
      { kind: 'accept-vanished', detail: '--accept-vanished 2' },
    ],
    risks: [{ severity: 'high', kind: 'lift', summary: 'a brake is lifted', addresses: [] }],
  }),
  destroy: plan({
    mode: 'destroy',
    changes: [...ids(1, 3).map((id) => remove(at(web, id), { kind: 'destroy' })), remove(nfs, { kind: 'destroy' })],
    lifts: [{ kind: 'destroy', detail: 'forge destroy' }],
  }),
  'refresh-only': plan({
    mode: 'refresh-only',
    changes: ids(1, 3).map((id) => keep(at(web, id))),
    risks: [{ severity: 'low', kind: 'drift', summary: 'memory was changed outside of forge', addresses: [at(web, 2)] }],
  }),
  targets: plan({ stack: stackName('lab', 'prod'), targets: ['group.web', 'instance.nfs'], changes: [create(nfs)] }),
  outputs: plan({
    changes: [keep(nfs)],
    outputs: [
      { name: 'kept', action: 'keep', sensitive: false, before: 1, after: 1 },
      { name: 'url', action: 'create', sensitive: false, before: undefined, after: output('instance.nfs', 'url') },
      { name: 'password', action: 'update', sensitive: true, before: null, after: secret('PASSWORD', 'deadbeef') },
      { name: 'old', action: 'delete', sensitive: false, before: ['a', 'b'], after: undefined },
    ],
  }),
  hostile: plan({
    changes: [
      alter('update', at(web, 1), [
        field('tags', { '\u001b]0;x\u0007key': hostileText }, { '\u001b]0;x\u0007key': '```\n~~~\n</details>' }),
      ]),
      alter('restart', at(web, 2), [field('init', `a\n\`\`\`\`\`\n${hostileText}`, 'b\n````\n@team\n', { effect: 'restart' })], {
        kind: 'stopped',
        why: hostileText,
      }),
    ],
    risks: [{ severity: 'high', kind: 'unhealthy', summary: hostileText, addresses: [at(web, 2)] }],
    refusals: [{ kind: 'foreign', exit: 6, summary: '<img src=x> @all #2 GH-3 www.evil.example', remedy: 'forge `x`', addresses: [] }],
    warnings: [warning(hostileText)],
  }),
  nothing: plan({ changes: ids(1, 3).map((id) => keep(at(web, id))) }),
  'ten-thousand': plan({
    changes: [
      ...ids(1, 9000).map((id) =>
        alter('replace', at(web, id), [field('init', `${init(80)}me ${id}\n`, `${init(81)}me ${id}\n`, { effect: 'replace' })]),
      ),
      ...ids(9001, 10_000).map((id) => create(at(web, id), { kind: 'scaled-up', to: 10_000 }, { ...basic, init: `me ${id}` })),
    ],
    risks: [
      { severity: 'high', kind: 'replace', summary: '9000 machines are built anew', addresses: ids(1, 9000).map((id) => at(web, id)) },
    ],
  }),
  'secrets-rotated': plan({
    changes: [
      alter('update', at(web, 1), [field('token', secret('TOKEN', 'aaaa'), secret('TOKEN', 'bbbb'))]),
      alter('update', at(web, 2), [field('token', secret('OLD', 'aaaa'), secret('TOKEN', 'bbbb'))]),
      alter('replace', at(web, 3), [
        field('init', concat('a\nkey=', secret('TOKEN', 'aaaa'), '\nb'), concat('a\nkey=', secret('TOKEN', 'bbbb'), '\nb'), {
          effect: 'replace',
        }),
      ]),
      alter('update', at(web, 4), [field('token', undefined, secret('TOKEN', null))]),
    ],
  }),
  'parts-disks': plan({
    changes: [
      ...ids(1, 3).map((id) => ({
        ...create(`disk.db/${id}/data` as Address, { kind: 'owner', address: at(db, id) }, { size: 40 * GiB }),
        type: disk,
      })),
      ...ids(1, 3).map((id) => create(at(db, id))),
    ],
  }),
  'provider-changed': plan({
    changes: [
      alter('replace', nfs, [], { kind: 'provider-changed' }),
      remove(at(web, 1), { kind: 'id-removed' }),
      create(at(web, 'b'), { kind: 'id-added' }),
    ],
  }),
  'image-versions': plan({
    changes: [
      keep('image.host@1a2b3c4d5e6f' as Address),
      version('image.host@9f3c11d2e3f4', 'image.host@1a2b3c4d5e6f', [
        'format: iso\nkernel.cmdline: "console=ttyS0"\nkernel.image: "docker.io/linuxkit/kernel:6.6.71"\nservices.docker.name: "docker"\nservices.docker.image: "docker.io/library/docker:24.0.7-dind"\nfiles.etc/motd.contents: "(hidden 111111111111)"\n',
        'format: iso\nkernel.cmdline: "console=ttyS0"\nkernel.image: "docker.io/linuxkit/kernel:6.6.71"\nservices.docker.name: "docker"\nservices.docker.image: "docker.io/library/docker:25.0.1-dind"\nfiles.etc/motd.contents: "(hidden 222222222222)"\n',
      ]),
      version('image.ready@222222222222', 'image.ready@111111111111', [
        'format: iso\nkernel: (sha256 aaaaaaaaaaaa)\ninitrd: (sha256 bbbbbbbbbbbb)\ncmdline: console=ttyS0\n',
        'format: iso\nkernel: (sha256 aaaaaaaaaaaa)\ninitrd: (sha256 cccccccccccc)\ncmdline: console=ttyS0\n',
      ]),
      version('image.unknown@222222222222', 'image.unknown@111111111111', null),
      { ...remove('image.host@000000000000' as Address, { kind: 'superseded', keep: 2 }), type: image },
    ],
  }),
  requested: plan({ changes: [alter('replace', at(web, 1), [], { kind: 'requested' })] }),
  warnings: plan({
    changes: [keep(at(web, 1))],
    warnings: [...ids(1, 12).map((id) => warning('A member is not healthy', at(web, id))), warning('The console log is not readable')],
  }),
}

function basicType(): Plan['changes'][number]['type'] {
  return create(nfs).type
}
