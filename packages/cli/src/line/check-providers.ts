import { escapeText } from '@forgeplan/report'
import { printDiagnostics } from '../begin.ts'
import type { Invocation } from '../invocation.ts'
import { openState } from './open-store.ts'
import { prepare } from './prepare.ts'
import { openWorldsFor } from './worlds.ts'

/** Opens every provider with its settings and secrets, and says what it reached. @throws Stop, EngineError */
export const checkProviders = async (invocation: Invocation): Promise<void> => {
  const { desired, secrets, warnings } = await prepare(invocation, 'read')
  if (warnings.length > 0) await printDiagnostics(invocation, warnings)
  await using store = await openState(invocation, desired.stack, 'read')
  await using worlds = await openWorldsFor({ invocation, desired, state: store.load(), secrets })
  for (const { name, plugin } of desired.providers) {
    const session = worlds.sessions.get(name)
    const types = [...(session?.handlers.keys() ?? [])].join(', ')
    invocation.terminal.out(`The provider ${name} (${escapeText(plugin)}) answers: ${escapeText(session?.realm ?? '')}, with ${types}.\n`)
  }
}
