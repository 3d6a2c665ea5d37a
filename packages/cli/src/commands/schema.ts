import { jsonSchema } from '@forgeplan/config'
import { builtinFlavors, builtinImages, builtinProviders } from '../builtins.ts'
import type { ExitCode } from '../exit.ts'
import { exits } from '../exit.ts'
import type { Invocation } from '../invocation.ts'
import { loadPlugins } from '../plugins.ts'

/** `forge schema`: the JSON Schema of the configuration with every built-in plugin. */
export const schema = async (invocation: Invocation): Promise<ExitCode> => {
  const names = { providers: Object.keys(builtinProviders), flavors: Object.keys(builtinFlavors), images: Object.keys(builtinImages) }
  const { catalog } = await loadPlugins(names, invocation.directory)
  invocation.terminal.out(`${JSON.stringify(jsonSchema(catalog), null, 2)}\n`)
  return exits.ok
}
