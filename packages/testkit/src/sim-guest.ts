import type { Health, RemoteId } from '@forgeplan/model'
import type { Guest } from '@forgeplan/sdk'
import { ProviderError } from '@forgeplan/sdk'
import type { World } from './world.ts'
import type { WorldObject } from './world-object.ts'

/** Whether a machine is well at that time (milliseconds since 1970), as somebody inside would say. */
export const healthOf = (world: World, id: RemoteId, now: number): Health => {
  const object = world.objects().find((one) => one.id === id)
  if (object === undefined) return { kind: 'unhealthy', why: 'The machine does not exist.' }
  return object.leader === true ? { role: 'leader', ...conditionOf(world, object, now) } : conditionOf(world, object, now)
}

/** Whether a machine does its work at that time. */
export const isHealthy = (world: World, id: RemoteId, now: number): boolean => healthOf(world, id, now).kind === 'healthy'

const conditionOf = (world: World, object: WorldObject, now: number): Health => {
  if (object.status.kind === 'stopped') return { kind: 'unhealthy', why: 'The machine is stopped.' }
  if (object.health !== null) return object.health
  const well = now >= object.startedAt + world.healthyAfterMs
  return well ? { kind: 'healthy' } : { kind: 'unhealthy', why: 'It is still starting.' }
}

/** Inside a simulated machine: `true`, `false`, `echo WORDS`, `cat PATH` (`/init` is what it booted with), `health`. */
export const machineGuest = (world: World, id: RemoteId): Guest => ({
  run: async ([name = '', ...args], call) => {
    call.signal.throwIfAborted()
    if (world.object(id).status.kind === 'stopped') throw new ProviderError('transient', 'The machine is stopped.')
    return answer(world, id, { name, args, now: call.now() })
  },
  upload: async (path, content, call) => {
    call.signal.throwIfAborted()
    world.edit(id, { files: { ...world.object(id).files, [path]: Buffer.from(content).toString('base64') } })
  },
  download: async (path) => {
    const file = world.object(id).files[path]
    if (file === undefined) throw new ProviderError('conflict', 'There is no such file in the machine.')
    return Buffer.from(file, 'base64')
  },
})

interface Command {
  readonly name: string
  readonly args: readonly string[]
  readonly now: number
}

const answer = (world: World, id: RemoteId, { name, args, now }: Command): Awaited<ReturnType<Guest['run']>> => {
  const said = (exitCode: number, stdout = '', stderr = '') => ({ exitCode, stdout, stderr })
  const object = world.object(id)
  if (name === 'true') return said(0)
  if (name === 'false') return said(1)
  if (name === 'echo') return said(0, `${args.join(' ')}\n`)
  if (name === 'health') return said(healthOf(world, id, now).kind === 'healthy' ? 0 : 1)
  if (name !== 'cat') return said(127, '', `${name}: not found\n`)
  const text = args[0] === '/init' ? object.delivered['init'] : object.files[args[0] ?? '']
  return text === undefined ? said(1, '', 'No such file\n') : said(0, args[0] === '/init' ? text : Buffer.from(text, 'base64').toString())
}
