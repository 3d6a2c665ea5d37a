import type { PlanOptions } from '@forgeplan/planner'
import type { Given, Lab } from '@forgeplan/testkit'
import { lineageOf, makeStranger } from '@forgeplan/testkit'

/** One plan that a person may meet: what stood, what happened to it, and what is wanted now. */
export interface Scenario {
  /** Applied first, in this order. */
  readonly built?: readonly string[]
  /** What other people did then. */
  readonly meanwhile?: (lab: Lab) => void | Promise<void>
  readonly wanted: string
  readonly given?: Given
  /** For what is built, if it differs. */
  readonly givenBefore?: Given
  readonly options?: Partial<PlanOptions>
}

const head = `stack: shop
providers:
  here: { plugin: sim, world: golden }
flavors:
  web: { plugin: simflavor, init: serve, tags: { role: web } }
  db: { plugin: simflavor, init: keep, drain: true, health: false }
`

const lifted = `${head}policy: { maxDestroy: "100%" }\n`

const web = (size: number, more = '', flavor = 'flavor: web'): string => `groups:
  web: { size: ${size}, instance: { provider: here, image: debian-12${more} }, ${flavor} }
`

const nfs = (more = '', block = ''): string => `instances:
  nfs: { instance: { provider: here, image: debian-12${more} }${block} }
`

const disks = (image: string, list = 'data, size: 10GiB, retain: true'): string => `groups:
  db: { ids: [a, b], instance: { provider: here, image: ${image}, disks: [{ name: ${list} }] }, flavor: db }
`

const tiers = `groups:
  db: { ids: [a, b], instance: { provider: here, image: debian-12 }, flavor: web }
  api: { size: 2, instance: { provider: here, image: debian-12, tags: { nfs: "\${instances.nfs.ip}" } }, flavor: web, dependsOn: [group.db] }
  web: { size: 3, instance: { provider: here, image: debian-12 }, flavor: web, dependsOn: [group.api] }
instances:
  nfs: { instance: { provider: here, image: debian-12, port: 2049 } }
outputs:
  api: "\${groups.api.ip}"
  nfs: "\${instances.nfs.url}"
`

const secret = `${head}groups:
  web: { size: 2, instance: { provider: here, image: debian-12, password: "env:PASSWORD" } }
`

const idAt = (lab: Lab, address: string) => {
  const row = [...lab.state().rows.values()].find((one) => one.address === address)
  if (row?.id === undefined || row.id === null) throw new Error(`nothing stands at ${address}`)
  return row.id
}

export const scenarios: Readonly<Record<string, Scenario>> = {
  'first-apply': { wanted: head + web(3) + nfs() },
  'nothing-to-do': { built: [head + web(3)], wanted: head + web(3) },
  'nothing-at-all': { wanted: head },
  'three-tiers-with-gates': { wanted: head + tiers },
  'three-tiers-destroyed': { built: [head + tiers], wanted: head + tiers, options: { mode: 'destroy' } },
  'scaled-up': { built: [head + web(2)], wanted: head + web(5) },
  'scaled-down': { built: [lifted + web(5)], wanted: lifted + web(3) },
  'ids-added-and-removed': {
    built: [`${lifted}groups:\n  db: { ids: [a, b, c], instance: { provider: here, image: debian-12 } }\n`],
    wanted: `${lifted}groups:\n  db: { ids: [a, c, d], instance: { provider: here, image: debian-12 } }\n`,
  },
  'updated-in-place': { built: [head + web(3, ', cpus: 1')], wanted: head + web(3, ', cpus: 4, note: "more of it"') },
  restarted: { built: [head + web(3, ', memory: 1GiB')], wanted: head + web(3, ', memory: 2GiB') },
  'replaced-with-retained-disks': { built: [head + disks('debian-12')], wanted: head + disks('debian-13') },
  'disk-grown': { built: [head + disks('debian-12')], wanted: head + disks('debian-12', 'data, size: 20GiB, retain: true') },
  'replaced-on-request': { built: [head + web(3)], wanted: head + web(3), options: { replace: ['group.web/2'] } },
  'block-removed': { built: [lifted + web(2) + nfs()], wanted: lifted + web(2) },
  'block-removed-and-kept': { built: [head + web(2) + nfs('', ', policy: { onDestroy: keep }')], wanted: head + web(2) },
  'block-removed-under-prevent-destroy': { built: [head + web(2) + nfs('', ', policy: { preventDestroy: true }')], wanted: head + web(2) },
  'field-released': { built: [head + nfs(', note: "for now"')], wanted: head + nfs() },
  'group-renamed': {
    built: [head + web(3, '', 'policy: {}')],
    wanted: `${head}groups:\n  front: { size: 3, instance: { provider: here, image: debian-12 } }\nmoved: [{ from: group.web, to: group.front }]\n`,
  },
  drifted: {
    built: [head + web(2, ', note: ours')],
    meanwhile: (lab) => {
      lab.world.editInput(idAt(lab, 'group.web/1'), 'note', 'somebody was here')
      lab.world.editInput(idAt(lab, 'group.web/2'), 'cpus', 8)
    },
    wanted: head + web(2, ', note: ours'),
  },
  stopped: { built: [head + web(3)], meanwhile: (lab) => lab.world.kill(idAt(lab, 'group.web/2'), 'power failure'), wanted: head + web(3) },
  vanished: { built: [head + web(4)], meanwhile: (lab) => lab.world.destroy(idAt(lab, 'group.web/3')), wanted: head + web(4) },
  'too-many-vanished': {
    built: [head + web(4)],
    meanwhile: (lab) => [1, 2, 3].forEach((n) => lab.world.destroy(idAt(lab, `group.web/${n}`))),
    wanted: head + web(4),
  },
  'too-many-vanished-accepted': {
    built: [head + web(4)],
    meanwhile: (lab) => [1, 2, 3].forEach((n) => lab.world.destroy(idAt(lab, `group.web/${n}`))),
    wanted: head + web(4),
    options: { acceptVanished: 3 },
  },
  'detached-member': { built: [head + web(3)], meanwhile: (lab) => lab.world.moveAway(idAt(lab, 'group.web/2')), wanted: head + web(3) },
  'detached-pet': { built: [head + nfs()], meanwhile: (lab) => lab.world.moveAway(idAt(lab, 'instance.nfs')), wanted: head + nfs() },
  'too-much-destroyed': { built: [head + web(10)], wanted: head + web(4) },
  'too-much-destroyed-and-lifted': { built: [head + web(10)], wanted: head + web(4), options: { maxDestroy: 6 } },
  'lost-state': { built: [head + web(2)], meanwhile: (lab) => lab.loseState(), wanted: head + web(2) },
  foreign: {
    built: [head + web(2)],
    meanwhile: (lab) => {
      const id = idAt(lab, 'group.web/2')
      lab.world.writeMark(id, { ...(lab.world.object(id).mark as object), lineage: lineageOf('theirs') } as never)
    },
    wanted: head + web(2),
  },
  'copy-and-stranger': {
    built: [head + web(2)],
    meanwhile: (lab) => {
      lab.world.copy(idAt(lab, 'group.web/1'))
      makeStranger(lab.world, 'stranger')
    },
    wanted: head + web(2),
  },
  'another-world': { built: [head + web(2)], meanwhile: (lab) => lab.world.become('elsewhere'), wanted: head + web(2) },
  'refresh-only': {
    built: [head + web(3) + nfs()],
    meanwhile: (lab) => lab.world.destroy(idAt(lab, 'instance.nfs')),
    wanted: head + web(3) + nfs(),
    options: { mode: 'refresh-only' },
  },
  targeted: { built: [head + web(2) + nfs()], wanted: head + web(4) + nfs(', note: new'), options: { targets: ['group.web'] } },
  'secret-rotated': {
    built: [secret],
    givenBefore: { secrets: { 'env:PASSWORD': 'first canary' } },
    given: { secrets: { 'env:PASSWORD': 'second canary' } },
    wanted: secret,
  },
  'late-values': {
    built: [head + nfs()],
    wanted: `${head}groups:
  web: { size: 2, instance: { provider: here, image: debian-12, note: "nfs is \${instances.nfs.ip}" }, flavor: web }
instances:
  nfs: { instance: { provider: here, image: debian-13 } }
outputs:
  web: "\${groups.web.ip}"
`,
  },
  'port-handed-over': { built: [lifted + nfs(', port: 2049')], wanted: lifted + nfs(', port: 2049').replace('nfs:', 'files:') },
  'unhealthy-members': {
    built: [head + web(3)],
    // Long after it was started: until then it may still be becoming healthy.
    meanwhile: (lab) => {
      lab.clock.pass(3_600_000)
      lab.world.setHealth(idAt(lab, 'group.web/1'), { kind: 'unhealthy', why: 'answers 500' })
    },
    wanted: head + web(3),
  },
  'hostile-text': {
    built: [head + nfs(', note: ours')],
    meanwhile: (lab) => lab.world.editInput(idAt(lab, 'instance.nfs'), 'note', '\u001b[31mred\u001b[0m\r\n| a | b |\n```\n\u202Egnp.exe'),
    wanted: head + nfs(', note: ours'),
  },
}
