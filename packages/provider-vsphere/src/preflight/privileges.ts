import type { Address } from '@forgeplan/model'
import { compareText } from '@forgeplan/model'
import type { Client, Ref } from '@forgeplan/vsphere-soap'
import { VsphereFault, isA } from '@forgeplan/vsphere-soap'
import { shown } from '../places/naming.ts'
import { keyOf } from '../places/ref-key.ts'
import type { Finding } from './finding.ts'
import type { NeedOf } from './needs.ts'

/** All that is needed of one object. */
interface Demand {
  readonly ref: Ref
  readonly label: string
  readonly address: Address
  readonly privileges: ReadonlySet<string>
}

/** Privileges that are needed and that this login does not have, asked for with one call. @throws VsphereError; the signal's reason. */
export const privilegeFindings = async (client: Client, needs: readonly NeedOf[], signal: AbortSignal): Promise<readonly Finding[]> => {
  const demands = byObject(needs)
  const granted = demands.length === 0 ? null : await ask(client, demands, signal)
  if (granted === null) return []
  return demands.flatMap(({ ref, label, address, privileges }) => {
    const answers = granted.get(keyOf(ref))
    const lacking = [...privileges].filter((each) => answers?.get(each) === false).toSorted(compareText)
    if (lacking.length === 0) return []
    const text = `On ${shown(label)} this login lacks ${lacking.join(', ')}. What is planned there would fail half-way, so apply will not start. Have it granted.`
    return [{ severity: 'denied', code: 'FORGE5310', summary: 'Privileges are missing', text, address }]
  })
}

const byObject = (needs: readonly NeedOf[]): readonly Demand[] => {
  const demands = new Map<string, Demand>()
  for (const { ref, label, address, privileges } of needs) {
    const before = demands.get(keyOf(ref))
    const all = new Set([...(before?.privileges ?? []), ...privileges])
    demands.set(keyOf(ref), { ref, label, address: before?.address ?? address, privileges: all })
  }
  return [...demands.values()]
}

type Granted = ReadonlyMap<string, ReadonlyMap<string, boolean>>

// Null where the server does not say.
const ask = async (client: Client, demands: readonly Demand[], signal: AbortSignal): Promise<Granted | null> => {
  const { authorizationManager, sessionManager } = client.content
  if (authorizationManager === undefined || sessionManager === undefined) return null
  const session = (await client.look(sessionManager, ['currentSession'], { signal }))?.properties.get('currentSession')
  if (!isA(session, 'UserSession')) return null
  const privId = [...new Set(demands.flatMap(({ privileges }) => [...privileges]))]
  const args = { entity: demands.map(({ ref }) => ref), sessionId: session.key, privId }
  try {
    const answer = await client.call('HasPrivilegeOnEntities', authorizationManager, args, { signal })
    return new Map(
      answer.map(({ entity, privAvailability }) => [
        keyOf(entity),
        new Map(privAvailability.map((each) => [each.privId, each.isGranted] as const)),
      ]),
    )
  } catch (error) {
    // One of the objects went in between, which the apply will see; the others are asked for all the same.
    const left = withoutGone(demands, error)
    if (left.length < demands.length) return left.length === 0 ? null : ask(client, left, signal)
    // Without the right to ask, what is lacking shows when it is used.
    if (error instanceof VsphereFault && silent.has(error.fault)) return null
    throw error
  }
}

const silent: ReadonlySet<string> = new Set([
  'NoPermission',
  'NotSupported',
  'NotImplemented',
  'MethodNotFound',
  'InvalidRequest',
  'NotFound',
])

const withoutGone = (demands: readonly Demand[], error: unknown): readonly Demand[] => {
  if (!(error instanceof VsphereFault) || !isA(error.detail, 'ManagedObjectNotFound')) return demands
  const { obj } = error.detail
  return demands.filter(({ ref }) => keyOf(ref) !== keyOf(obj))
}
