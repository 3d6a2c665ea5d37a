import type { Desired, Plan } from '@forgeplan/model'
import { keyed } from '../inputs/digest.ts'
import { makeSecretReader } from '../inputs/secret-sources.ts'
import type { SecretReader } from '../inputs/secret-sources.ts'
import { givenVariables } from '../inputs/variables.ts'
import type { Invocation } from '../invocation.ts'
import { problem, Stop } from '../stop.ts'

/** The secrets of a stored configuration: everything else from outside stands in it, so that other variables may be given. */
export const secretsAgain = async (invocation: Invocation, { requires }: Pick<Desired, 'requires'>): Promise<SecretReader> => {
  const names = requires.flatMap(({ source }) => (source.startsWith('var:') ? [source.slice('var:'.length)] : []))
  const wants = names.map((name) => ({ name, sensitive: true, hasDefault: false }))
  const { values } = await givenVariables(invocation, wants, 'ignore')
  return makeSecretReader(invocation, values)
}

/** Reads the inputs again that a saved plan needs. @throws Stop with exit code 5 that names each one that is gone or changed. */
export const checkRequires = async (plan: Plan, secrets: SecretReader, key: Uint8Array | null): Promise<void> => {
  const checks = plan.desired.requires.map(async ({ source, digest }) => {
    const text = await secrets.look(source)
    if (text === undefined) return [`${source} is not there any more`]
    const now = keyed(key, text)
    return digest === null || now === null || digest === now ? [] : [`${source} changed`]
  })
  const changed = (await Promise.all(checks)).flat()
  if (changed.length === 0) return
  const detail = `Since the plan was made: ${changed.join('; ')}. Make a new plan and review that.`
  throw new Stop(5, [problem('FORGE6012', 'An input of the saved plan changed', detail)])
}
