import type { Provider } from '@forgeplan/sdk'
import type { Subject } from '@forgeplan/sdk/conformance'
import { sim } from './sim.ts'
import { VirtualClock } from './virtual-clock.ts'
import { World } from './world.ts'

/** The simulated provider (or a variant of it) for the conformance suite, with every hook, over a world of that name. */
export const simSubject = (name: string, provider: Provider = sim): Subject & Disposable => {
  const world = new World({ name })
  const other = new World({ name: `${name}-other` })
  return {
    provider,
    offers: ['mark', 'detach', 'preflight', 'find', 'guest'],
    settings: { world: name },
    sameWorld: { world: name, login: 'administrator' },
    otherWorld: { world: other.name },
    directory: '/',
    inputs: () => ({ image: 'debian', memory: '2GiB', tags: { role: 'test' } }),
    changed: (inputs) => ({ ...inputs, cpus: 2, note: 'changed' }),
    command: { argv: ['echo', 'hello'], stdout: 'hello\n' },
    secret: {
      inject: (inputs, canary) => ({ ...inputs, password: canary }),
      places: async () => world.objects().map((object) => JSON.stringify({ ...object, delivered: null })),
    },
    world: hooks(world),
    clock: new VirtualClock(),
    [Symbol.dispose]: () => {
      world[Symbol.dispose]()
      other[Symbol.dispose]()
    },
  }
}

const hooks = (world: World): NonNullable<Subject['world']> => ({
  copy: { make: async (id) => world.copy(id), discard: async (id) => world.remove(id) },
  writeMark: async (id, raw) => world.writeMark(id, raw),
  slowCreation: async (ms) => {
    world.setCreationMs(ms)
    return { [Symbol.asyncDispose]: async () => world.setCreationMs(0) }
  },
  disconnect: async () => {
    world.reachable = false
    return { [Symbol.asyncDispose]: async () => void (world.reachable = true) }
  },
  stop: async (id) => world.kill(id),
  narrowLogin: { settings: { world: world.name, login: 'guest' }, hide: async (id) => world.hideFrom('guest', id) },
})
