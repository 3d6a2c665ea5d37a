import { Lab, World } from '@forgeplan/testkit'
import type { Crash } from '@forgeplan/testkit'
import type { Plan } from '@forgeplan/model'
import type { ShapeOfObject } from '../support/shape.ts'
import { shapeOf } from '../support/shape.ts'

const head = `
stack: lab
providers:
  here: { plugin: sim, world: crash }
flavors:
  web: { plugin: simflavor, init: serve, tags: { role: web } }
  careful: { plugin: simflavor, init: keep, drain: true }
policy: { maxDestroy: "100%" }
`

/** Before the reference run. */
const before = `${head}
groups:
  web: { size: 3, instance: { provider: here, image: debian }, flavor: web }
  api: { size: 2, instance: { provider: here, image: debian, note: one }, flavor: web, dependsOn: [group.web] }
  db:
    ids: [a, b]
    instance: { provider: here, image: debian, disks: [{ name: data, size: 1GiB, retain: true }, { name: scratch, size: 1GiB }] }
    flavor: careful
  old: { size: 2, instance: { provider: here, image: debian, disks: [{ name: data, size: 1GiB, retain: true }] }, flavor: careful }
  shop: { size: 2, instance: { provider: here, image: debian, disks: [{ name: data, size: 1GiB }] } }
  hand: { size: 2, instance: { provider: here, image: debian } }
  lost: { ids: [x, y], instance: { provider: here, image: debian } }
instances:
  nfs: { instance: { provider: here, image: debian, memory: 1GiB, port: 2049 }, flavor: careful }
  kept: { instance: { provider: here, image: debian }, policy: { onDestroy: keep } }
  left: { instance: { provider: here, image: debian, port: 8080 } }
outputs:
  nfs: "\${instances.nfs.ip}"
`

/** After it: creates, an update, restarts, replaces, deletes, a move, releases, retained disks, gates, a port handed over. */
const after = `${head}
groups:
  web: { size: 4, instance: { provider: here, image: debian }, flavor: web }
  api: { size: 2, instance: { provider: here, image: debian, note: two }, flavor: web, dependsOn: [group.web] }
  db:
    ids: [a, b]
    instance: { provider: here, image: alpine, disks: [{ name: data, size: 2GiB, retain: true }, { name: scratch, size: 1GiB }] }
    flavor: careful
  store: { size: 2, instance: { provider: here, image: debian, disks: [{ name: data, size: 1GiB }] } }
  hand: { size: 2, instance: { provider: here, image: debian } }
  lost: { ids: [x, y], instance: { provider: here, image: debian } }
  fresh:
    size: 2
    instance: { provider: here, image: debian, tags: { peer: "\${instances.nfs.ip}" }, disks: [{ name: data, size: 1GiB }] }
    flavor: web
    dependsOn: [group.db]
instances:
  nfs: { instance: { provider: here, image: debian, memory: 2GiB, port: 2049 }, flavor: careful }
  right: { instance: { provider: here, image: debian, port: 8080 } }
moved: [{ from: group.shop, to: group.store }]
outputs:
  nfs: "\${instances.nfs.ip}"
  fresh: "\${groups.fresh.ip}"
`

const crashWorld = (): World => new World({ name: 'crash', creationMs: 2_000, healthyAfterMs: 1_500 })

/** A fleet that stands, meddled with by other people, and the configuration of the reference run. */
export const readyForReference = async (): Promise<Lab> => {
  const lab = new Lab({ world: crashWorld() })
  lab.configure(before)
  await lab.apply()
  lab.world.moveAway(idAt(lab, 'group.hand/2'))
  lab.world.destroy(idAt(lab, 'group.lost/y'))
  lab.world.kill(idAt(lab, 'group.web/1'))
  lab.world.editInput(idAt(lab, 'group.lost/x'), 'cpus', 7)
  lab.configure(after)
  lab.world.clearLog()
  return lab
}

/** Nothing stands yet, and the state is not founded. */
export const readyForFirst = async (): Promise<Lab> => {
  const lab = new Lab({ world: crashWorld() })
  lab.configure(before)
  return lab
}

const smallBefore = `${head}
groups:
  web: { size: 1, instance: { provider: here, image: debian }, flavor: careful }
`

const smallAfter = `${head}
groups:
  web: { size: 2, instance: { provider: here, image: alpine, disks: [{ name: data, size: 1GiB }] }, flavor: careful }
`

/** A create and a replacement, with a drain, disks and a gate: small enough for every pair of crashes. */
export const readyForSmall = async (): Promise<Lab> => {
  const lab = new Lab({ world: crashWorld() })
  lab.configure(smallBefore)
  await lab.apply()
  lab.configure(smallAfter)
  return lab
}

const idAt = (lab: Lab, address: string) => {
  const row = [...lab.state().rows.values()].find((one) => one.address === address)
  const object = lab.world.objects().find(({ uid }) => uid === row?.uid)
  if (object === undefined) throw new Error(`nothing stands at ${address}`)
  return object.id
}

export type Ready = () => Promise<Lab>

export interface Reference {
  readonly plan: Plan
  /** Every boundary that the whole run passes, in order. */
  readonly boundaries: readonly string[]
  readonly shape: readonly ShapeOfObject[]
}

/** The run that nobody stops. */
export const runReference = async (ready: Ready, counting: Crash): Promise<Reference> => {
  using lab = await ready()
  const run = await lab.applyUntil(counting)
  if (typeof run === 'string' || run.outcome.result !== 'done') throw new Error('the reference run did not come to its end')
  return { plan: run.plan, boundaries: counting.boundaries, shape: shapeOf(lab.world, lab.state()) }
}
