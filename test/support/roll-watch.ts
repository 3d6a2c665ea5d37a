import type { Address } from '@forgeplan/model'
import { majorityOf } from '@forgeplan/model'
import type { Interceptor, World, WorldObject } from '@forgeplan/testkit'
import { genuineMark, isHealthy } from '@forgeplan/testkit'

/** What a roll promises about the members of its unit. */
export interface Promises {
  readonly size: number
  readonly maxUnavailable: number
  readonly maxSurge: number
  readonly quorum: boolean
  /** Whether members can be asked how they are; otherwise who runs is well. */
  readonly health: boolean
}

/** Watches every call that changes the world, and writes down each broken promise. */
export interface RollWatch {
  readonly interceptor: Interceptor
  readonly broken: readonly string[]
}

/** Members that stand: those whose mark says that they belong to `unit`. */
export const membersIn = (world: World, unit: string): readonly WorldObject[] =>
  world.objects().filter((object) => genuineMark(object)?.address.startsWith(`${unit}/`) === true)

export const rollWatch = (world: World, unit: string, promises: Promises): RollWatch => {
  const broken: string[] = []
  const before = membersIn(world, unit).length
  const floor = Math.max(promises.size - promises.maxUnavailable, promises.quorum ? majorityOf(promises.size) : 0)
  const ceiling = Math.max(before, promises.size) + promises.maxSurge
  const interceptor: Interceptor = async (about, proceed) => {
    const member = about.target?.address.startsWith(`${unit}/`) === true
    if (!about.mutating || !member) return proceed()
    const uid = about.target?.uid
    const isWell = ({ id, status }: WorldObject): boolean =>
      promises.health ? isHealthy(world, id, about.call.now()) : status.kind === 'running'
    const well = (): readonly WorldObject[] => membersIn(world, unit).filter(isWell)
    const wasWell = well().some((object) => object.uid === uid)
    const result = await proceed()
    const isDown = !well().some((object) => object.uid === uid)
    const say = (what: string): void => void broken.push(`${about.method} ${about.target?.address as Address}: ${what}`)
    if (wasWell && isDown && well().length < floor) say(`${well().length} well, ${floor} promised`)
    if (total(world, unit) > ceiling) say(`${total(world, unit)} stand, at most ${ceiling} promised`)
    return result
  }
  return { interceptor, broken }
}

const total = (world: World, unit: string): number =>
  membersIn(world, unit).length + world.tasks().filter(({ object }) => genuineMark(object)?.address.startsWith(`${unit}/`) === true).length
