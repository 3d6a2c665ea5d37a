import { Lab, World } from '@forgeplan/testkit'
import type { Ready } from './reference.ts'

/** A group before and after a change that rolls all of its members, and what its roll promises. */
export interface Roll {
  readonly size: number
  readonly maxUnavailable: number
  readonly maxSurge: number
  readonly update: string
  readonly before: string
  readonly after: string
}

/** Twenty machines, three at once, each successor before its predecessor goes. */
export const surging: Roll = {
  size: 20,
  maxUnavailable: 0,
  maxSurge: 3,
  update: '{ batch: 3, maxSurge: 3, checks: 2, interval: 1s }',
  before: 'image: debian',
  after: 'image: alpine',
}

/** Ten machines, two at once, each of which is started anew. */
export const restarting: Roll = {
  size: 10,
  maxUnavailable: 2,
  maxSurge: 0,
  update: '{ batch: 2, checks: 2, interval: 1s }',
  before: 'image: debian, memory: 1GiB',
  after: 'image: debian, memory: 2GiB',
}

/** Ten machines, two at once, each of which goes before it comes back at its address. */
export const replacing: Roll = { ...restarting, before: 'image: debian', after: 'image: alpine' }

const text = ({ size, update }: Roll, machine: string): string => `
stack: lab
providers:
  here: { plugin: sim, world: roll }
flavors:
  web: { plugin: simflavor, init: serve, drain: true, join: true, leave: true }
groups:
  web: { size: ${size}, instance: { provider: here, ${machine} }, flavor: web, update: ${update} }
policy: { maxDestroy: "100%" }
`

/** The group stands, all of it well, and the change is wanted. */
export const readyToRoll =
  (roll: Roll): Ready =>
  async () => {
    const lab = new Lab({ world: new World({ name: 'roll', creationMs: 2_000, healthyAfterMs: 1_500 }) })
    lab.configure(text(roll, roll.before))
    await lab.apply()
    // Their time to become well is over.
    lab.clock.pass(60_000)
    lab.configure(text(roll, roll.after))
    lab.world.clearLog()
    return lab
  }
