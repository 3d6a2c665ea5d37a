import type { AnyMethodFault } from '../vim/types.ts'
import { VsphereError, VsphereFault } from '../error.ts'

/**
 * What a status and a body that say no come to: a fault by the name that SOAP has for it, where there is one.
 * The errors are those of `com.vmware.vapi.std.errors` in the documentation of the vSphere Automation API.
 */
export const failureOf = (what: string, status: number, body: unknown): VsphereError => {
  const fault = faults.get(typeIn(body)) ?? statusFaults.get(status)
  if (fault !== undefined) return new VsphereFault(what, fault, messageIn(body), noDetail)
  return new VsphereError('http', `${what}: the server answered with HTTP status ${status}`, { mayHaveRun: status >= 500 })
}

/** A fault without fields: REST has none of SOAP's. */
export const noDetail: AnyMethodFault = { $type: 'MethodFault' }

const faults: ReadonlyMap<string, string> = new Map([
  ['unauthenticated', 'NotAuthenticated'],
  ['unauthorized', 'NoPermission'],
  ['not_found', 'ManagedObjectNotFound'],
  ['already_exists', 'AlreadyExists'],
  ['invalid_argument', 'InvalidArgument'],
  ['not_allowed_in_current_state', 'InvalidState'],
  ['resource_in_use', 'ResourceInUse'],
  ['resource_busy', 'ResourceInUse'],
  ['concurrent_change', 'ConcurrentAccess'],
  ['timed_out', 'Timedout'],
  ['unsupported', 'NotSupported'],
])

const statusFaults: ReadonlyMap<number, string> = new Map([
  [401, 'NotAuthenticated'],
  [403, 'NoPermission'],
  [404, 'ManagedObjectNotFound'],
])

// `com.vmware.vapi.std.errors.not_found`.
const typeIn = (body: unknown): string => {
  const type = fieldOf(body, 'type')
  return typeof type === 'string' ? type.slice(type.lastIndexOf('.') + 1) : ''
}

const messageIn = (body: unknown): string => {
  const messages = fieldOf(fieldOf(body, 'value'), 'messages')
  const text = Array.isArray(messages) ? fieldOf(messages[0], 'default_message') : undefined
  return typeof text === 'string' ? text : ''
}

const fieldOf = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>)[name] : undefined
