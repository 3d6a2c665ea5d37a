// A provider plugin: the simulated world in memory, filled from a file and written back to it when the session ends,
// so that the figures are forge's and not those of a world that writes itself to disk at every call.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { sim, World } from '@forgeplan/testkit'

const file = process.env.FORGE_BENCH_WORLD
const world = new World({ name: 'bench', realm: 'bench' })
if (existsSync(file)) {
  for (const object of JSON.parse(readFileSync(file, 'utf8'))) {
    world.newId('taken')
    world.put(object)
  }
}

export const provider = {
  ...sim,
  open: async (settings, host) => {
    const session = await sim.open(settings, host)
    return {
      realm: session.realm,
      handlers: session.handlers,
      async [Symbol.asyncDispose]() {
        await session[Symbol.asyncDispose]()
        if (process.env.FORGE_BENCH_SAVE === '1') writeFileSync(file, JSON.stringify(world.objects()))
      },
    }
  },
}
