import type { Client } from '@forgeplan/vsphere-soap'

/** A client of a login that lacks privileges: the simulator grants everything. */
export const denying = (client: Client, lacking: ReadonlySet<string>): Client => {
  const call = async (...args: Parameters<Client['call']>): Promise<unknown> => {
    const answer: unknown = await client.call(...args)
    if (args[0] !== 'HasPrivilegeOnEntities' || !Array.isArray(answer)) return answer
    return (answer as readonly { readonly privAvailability: readonly { readonly privId: string }[] }[]).map((each) => ({
      ...each,
      privAvailability: each.privAvailability.map((one) => ({ ...one, isGranted: !lacking.has(one.privId) })),
    }))
  }
  return { ...client, call: call as Client['call'] }
}
