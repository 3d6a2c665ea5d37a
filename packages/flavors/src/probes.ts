import type { Health, Plain, PlainMap } from '@forgeplan/model'
import { parsePlainMap } from '@forgeplan/model'
import { once } from 'node:events'
import { request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'
import { connect } from 'node:net'

/** What one question is asked of: an address, and a signal that ends the waiting. */
export interface Asked {
  readonly outputs: PlainMap
  readonly signal: AbortSignal
}

export const healthy: Health = { kind: 'healthy' }
export const unhealthy = (why: string): Health => ({ kind: 'unhealthy', why })
export const unknown = (why: string): Health => ({ kind: 'unknown', why })

/** A list of strings with at least one item; `undefined` for anything else. */
export const commandOf = (value: Plain | undefined): readonly string[] | undefined =>
  Array.isArray(value) && value.length > 0 && value.every((item): item is string => typeof item === 'string') ? value : undefined

/** Whether a port accepts a connection; nothing is sent and nothing is read. */
export const probeTcp = async (port: Plain, asked: Asked): Promise<Health> => {
  const host = hostOf(asked.outputs)
  if (host === undefined || !isPort(port)) return unknown('the machine has no address to ask')
  const socket = connect({ host, port, signal: asked.signal })
  try {
    await once(socket, 'connect')
    return healthy
  } catch (error) {
    return unhealthy(reasonOf(error))
  } finally {
    socket.destroy()
  }
}

/** Whether a request gets a good status; redirections are not followed and no body is read. */
export const probeHttp = async (http: PlainMap, asked: Asked): Promise<Health> => {
  const url = urlOf(http, asked.outputs)
  if (url === undefined) return unknown('the machine has no address to ask')
  const send = url.protocol === 'https:' ? requestHttps : requestHttp
  const request = send(url, { agent: false, signal: asked.signal, headers: { connection: 'close' } })
  try {
    request.end()
    const [response] = (await once(request, 'response')) as [{ readonly statusCode?: number }]
    return verdict(response.statusCode ?? 0, http['status'])
  } catch (error) {
    return unhealthy(reasonOf(error))
  } finally {
    request.destroy()
  }
}

const verdict = (status: number, wanted: Plain | undefined): Health =>
  (typeof wanted === 'number' ? status === wanted : status >= 200 && status < 400) ? healthy : unhealthy(`http status ${status}`)

const urlOf = (http: PlainMap, outputs: PlainMap): URL | undefined => {
  if (typeof http['url'] === 'string') return parseUrl(http['url'])
  const host = hostOf(outputs)
  const port = http['port'] ?? outputs['port']
  if (host === undefined || !isPort(port)) return undefined
  const path = typeof http['path'] === 'string' ? http['path'] : '/'
  return parseUrl(`http://${host.includes(':') ? `[${host}]` : host}:${port}${path}`)
}

const parseUrl = (text: string): URL | undefined => {
  const url = URL.canParse(text) ? new URL(text) : undefined
  return url?.protocol === 'http:' || url?.protocol === 'https:' ? url : undefined
}

// An address from a provider or a guest goes into a URL: only what an address can be made of.
const hostOf = (outputs: PlainMap): string | undefined => {
  const ip = parsePlainMap(outputs)?.['ip']
  return typeof ip === 'string' && /^[A-Za-z0-9.:-]{1,253}$/.test(ip) ? ip : undefined
}

const isPort = (port: Plain | undefined): port is number => typeof port === 'number' && Number.isInteger(port) && port > 0 && port < 65_536

// Only the code: the other side chooses nothing of what is printed.
const reasonOf = (error: unknown): string => {
  const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'no usable answer'
  return reasons[code] ?? code.slice(0, 40)
}

const reasons: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'connection reset',
  EHOSTUNREACH: 'host unreachable',
  ENOTFOUND: 'unknown host',
  ABORT_ERR: 'no answer in time',
}
