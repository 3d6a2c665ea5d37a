import type { Provider } from '@forgeplan/sdk'
import { defineProvider, ProviderError } from '@forgeplan/sdk'
import { intercepted } from './intercept.ts'
import { simHandler } from './sim-handler.ts'
import { diskKind, machineKind } from './sim-kind.ts'
import { diskType, machineType, simDisk, simMachine, simSettings } from './sim-types.ts'
import { worldFor } from './world.ts'

/** The provider of the simulated world: `settings.world` is a registered name or the path of a world's file. */
export const sim: Provider = defineProvider({
  name: 'sim',
  doc: 'A simulated world, for tests and demonstrations.',
  settings: simSettings,
  types: [simMachine, simDisk],
  machine: machineType,
  open: async (settings, host) => {
    const world = worldFor(String(settings['world']), host.directory)
    if (!world.reachable) throw new ProviderError('transient', 'The simulated world does not answer.')
    const login = typeof settings['login'] === 'string' ? settings['login'] : null
    const handlers = new Map([
      [machineType, simHandler({ world, login, type: machineType }, machineKind)],
      [diskType, simHandler({ world, login, type: diskType }, diskKind)],
    ])
    return intercepted({ realm: world.realm, handlers, [Symbol.asyncDispose]: async () => undefined }, () => world.interceptors)
  },
})
