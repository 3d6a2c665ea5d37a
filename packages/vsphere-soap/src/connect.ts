import { VsphereError } from './error.ts'
import type { Client } from './client.ts'
import { clientOf } from './client.ts'
import { Rest } from './rest/rest.ts'
import { openSession } from './session/session.ts'
import { TrustingAgent } from './wire/agent.ts'
import type { Trust } from './wire/trust.ts'
import { proxyFrom } from './wire/tunnel.ts'

/** Where a server is, who logs in, and whose certificate is believed. */
export interface Settings {
  /** `vcenter.example.com`, `vcenter.example.com:8443` or `https://vcenter.example.com/sdk`. */
  readonly server: string
  readonly user: string
  readonly password: string
  /** The system's authorities, where nothing is said. */
  readonly trust?: Trust | undefined
  /** A proxy to go through: `http://proxy.example.com:3128`, with user and password if it wants them. */
  readonly proxy?: string | undefined
  /** What a call may take where nothing else is said, in milliseconds; 60 000. */
  readonly timeoutMs?: number | undefined
  /** What a task may take where nothing else is said, in milliseconds; an hour. */
  readonly taskTimeoutMs?: number | undefined
  /** What one answer may have at most, in bytes; 64 MiB. */
  readonly maxAnswerBytes?: number | undefined
  /** Connections at the same time; 64. */
  readonly maxConnections?: number | undefined
}

/**
 * Logs in to a vCenter or an ESXi host. Close the client, or declare it with `await using`: that logs out.
 * @throws VsphereError; the signal's reason.
 */
export const connect = async (settings: Settings, options: { readonly signal?: AbortSignal } = {}): Promise<Client> => {
  const place = placeOf(settings.server)
  const proxy = settings.proxy === undefined ? null : proxyFrom(settings.proxy)
  const ways = { maxSockets: settings.maxConnections ?? 64, keepAlive: true, proxy }
  const agent = new TrustingAgent(place, settings.trust ?? { kind: 'system' }, ways)
  const wire = { agent, place, maxAnswerBytes: settings.maxAnswerBytes ?? 64 * 2 ** 20 }
  const { user, password } = settings
  const timeoutMs = settings.timeoutMs ?? 60_000
  const session = await openSession(wire, { user, password }, { signal: options.signal, timeoutMs })
  return clientOf(session, new Rest(wire, { user, password }, timeoutMs), settings.taskTimeoutMs ?? 3_600_000)
}

const placeOf = (server: string): { readonly host: string; readonly port: number } => {
  const address = server.includes('://') ? server : `https://${server}`
  const url = URL.canParse(address) ? new URL(address) : null
  if (url === null || url.protocol !== 'https:' || url.hostname === '') {
    throw new VsphereError('request', 'The server has to be a name or an https:// address', { mayHaveRun: false })
  }
  if (url.username !== '' || url.password !== '') {
    throw new VsphereError('request', 'User and password belong into their own settings, not into the address', { mayHaveRun: false })
  }
  return { host: url.hostname.replace(/^\[|\]$/g, ''), port: url.port === '' ? 443 : Number(url.port) }
}
