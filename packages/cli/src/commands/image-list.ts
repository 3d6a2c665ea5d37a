import { imageList, imageListJson, imageListText } from '@forgeplan/report'
import { printDiagnostics } from '../begin.ts'
import type { ExitCode } from '../exit.ts'
import { exits } from '../exit.ts'
import type { Invocation } from '../invocation.ts'
import { openState } from '../line/open-store.ts'
import { prepare } from '../line/prepare.ts'
import { pluginsFor } from '../line/worlds.ts'

/** `forge image list`: the images of the configuration and of the state. Opens no world. */
export const listImages = async (invocation: Invocation, options: { readonly json?: boolean }): Promise<ExitCode> => {
  const { desired, warnings } = await prepare(invocation, 'read')
  await printDiagnostics(invocation, warnings)
  await using store = await openState(invocation, desired.stack, 'read')
  const state = store.load()
  const { catalog } = await pluginsFor(desired, state, invocation.directory)
  const images = imageList(desired, state, catalog)
  const { terminal } = invocation
  const none = 'There are no images, neither in the configuration nor in the state.\n'
  const text = images.length === 0 ? none : imageListText(images, { color: terminal.outColor, width: terminal.width })
  terminal.out(options.json ? imageListJson(images) : text)
  return exits.ok
}
