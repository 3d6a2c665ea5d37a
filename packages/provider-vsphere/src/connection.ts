import type { Realm } from '@forgeplan/model'
import { realm } from '@forgeplan/model'
import { ProviderError } from '@forgeplan/sdk'
import type { Client, Trust } from '@forgeplan/vsphere-soap'
import { connect } from '@forgeplan/vsphere-soap'
import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { VsphereSettings } from './settings.ts'

/** Logs in. @throws ProviderError; VsphereError; the signal's reason. */
export const openClient = async (settings: VsphereSettings, directory: string, signal: AbortSignal): Promise<Client> => {
  const { server, user, password } = loginOf(settings)
  return connect({ server, user, password, trust: await trustOf(settings, directory), proxy: settings.proxy }, { signal })
}

/** Which world it is, whatever name led to it. @throws ProviderError where the server does not say. */
export const realmOf = async ({ content, look, retrieve }: Client, signal: AbortSignal): Promise<Realm> => {
  const { instanceUuid, apiType } = content.about
  if (apiType === 'VirtualCenter' && instanceUuid !== undefined) return realm(`vcenter:${instanceUuid}`)
  const query = { of: { under: content.rootFolder }, properties: { HostSystem: ['hardware.systemInfo.uuid'] } }
  for await (const { properties } of retrieve(query, { signal })) {
    const uuid = properties.get('hardware.systemInfo.uuid')
    if (typeof uuid === 'string') return realm(`esx:${uuid}`)
  }
  const about = await look(content.rootFolder, ['name'], { signal })
  throw new ProviderError(
    'denied',
    about === null ? 'The server shows nothing to this login.' : 'The host does not say which one it is to this login.',
  )
}

interface Login {
  readonly server: string
  readonly user: string
  readonly password: string
}

const loginOf = ({ url, username, password, connection }: VsphereSettings): Login => {
  const whole = connection === undefined ? { server: undefined, user: undefined, password: undefined } : partsOf(connection)
  // Those in the connection belong to it; the others may be of the environment.
  const [server, user, secret] = [url ?? whole.server, whole.user ?? username, whole.password ?? password]
  if (server === undefined) throw new ProviderError('invalid', 'It is not said where the vCenter is: set url, or connection.')
  if (user === undefined || secret === undefined)
    throw new ProviderError('invalid', 'It is not said who logs in: set username and password, or connection.')
  return { server, user, password: secret }
}

// A user is often user@domain, and a password may have an @ as well: the host comes after the last one.
const partsOf = (text: string): Partial<Login> => {
  const rest = text.replace(/^https:\/\//i, '')
  if (/^[a-z]+:\/\//i.test(rest)) throw new ProviderError('invalid', 'The connection has to begin with https://.')
  const slash = rest.indexOf('/', rest.lastIndexOf('@') + 1)
  const [authority, path] = slash === -1 ? [rest, ''] : [rest.slice(0, slash), rest.slice(slash)]
  const at = authority.lastIndexOf('@')
  const server = `https://${authority.slice(at + 1)}${path}`
  if (at === -1) return { server }
  const login = authority.slice(0, at)
  const colon = login.indexOf(':')
  if (colon === -1) return { server, user: decoded(login) }
  return { server, user: decoded(login.slice(0, colon)), password: decoded(login.slice(colon + 1)) }
}

const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

const trustOf = async ({ thumbprint, caFile, insecure }: VsphereSettings, directory: string): Promise<Trust> => {
  const given = [thumbprint, caFile, insecure === true ? true : undefined].filter((each) => each !== undefined)
  if (given.length > 1) throw new ProviderError('invalid', 'Only one of thumbprint, caFile and insecure can be set.')
  if (thumbprint !== undefined) return { kind: 'thumbprint', thumbprint: thumbprint.replace(/^sha-?(1|256):/i, '') }
  if (insecure === true) return { kind: 'none' }
  if (caFile === undefined) return { kind: 'system' }
  try {
    // govc's variable may name several.
    const files = caFile.split(':').filter((file) => file !== '')
    const texts = await Promise.all(files.map((file) => readFile(resolve(directory, file), 'utf8')))
    return { kind: 'ca', pem: texts.join('\n') }
  } catch (error) {
    throw new ProviderError('invalid', `The file of the authorities cannot be read: ${caFile}.`, { cause: error })
  }
}
