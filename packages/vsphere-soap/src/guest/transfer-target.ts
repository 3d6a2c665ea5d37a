import { isRef } from '../codec/shape.ts'
import { VsphereError } from '../error.ts'
import type { Target } from '../files/transfer.ts'
import { look } from '../properties/one.ts'
import type { Session } from '../session/session.ts'
import type { Ref } from '../vim/types.ts'
import { TrustingAgent } from '../wire/agent.ts'
import type { CallOptions } from '../wire/deadline.ts'

/**
 * Where a guest's file is moved to or from. The host is `*` where it is the server that was asked; else it is the host that
 * runs the machine, which is believed if it shows the certificate that vCenter knows of it.
 * @throws VsphereError; the signal's reason.
 */
export const transferTarget = async (session: Session, vm: Ref, address: string, options: CallOptions): Promise<Target> => {
  const { place, agent } = session.wire
  const text = address.replace('://*', '://any')
  const url = URL.canParse(text) ? new URL(text) : null
  if (url === null || url.protocol !== 'https:')
    throw new VsphereError('answer', 'The server named no place for the file', { mayHaveRun: false })
  const path = url.pathname + url.search
  const { timeoutMs } = session
  const host = { host: url.hostname.replace(/^\[|\]$/g, ''), port: url.port === '' ? 443 : Number(url.port) }
  if (text !== address || (host.host === place.host && host.port === place.port)) return { agent, place, path, cookie: null, timeoutMs }
  const thumbprint = await thumbprintOfHost(session, vm, options)
  // The next file may be on another host.
  const other = new TrustingAgent(host, { kind: 'thumbprint', thumbprint }, { maxSockets: 1, keepAlive: false, proxy: agent.proxy })
  return { agent: other, place: host, path, cookie: null, timeoutMs }
}

const thumbprintOfHost = async (session: Session, vm: Ref, options: CallOptions): Promise<string> => {
  const host = (await look(session, vm, ['runtime.host'], options))?.properties.get('runtime.host')
  const known = isRef(host) ? await look(session, host, ['summary.config.sslThumbprint'], options) : null
  const thumbprint = known?.properties.get('summary.config.sslThumbprint')
  if (typeof thumbprint === 'string') return thumbprint
  throw new VsphereError('certificate', 'The file would go to the host of the machine, whose certificate vCenter does not tell', {
    mayHaveRun: false,
  })
}
