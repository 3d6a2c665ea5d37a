import type { Realm } from '@forgeplan/model'
import { isUuid, realm } from '@forgeplan/model'
import { ProviderError } from '@forgeplan/sdk'
import { randomUUID } from 'node:crypto'
import { link, mkdir, realpath, unlink, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { errorCode, readBounded } from './home/files.ts'

/**
 * The world that a root directory is: this host and the directory's real path.
 * @throws ProviderError `denied` when the host has no machine id and none can be kept in the root.
 */
export const realmOf = async (root: string): Promise<Realm> => {
  const host = (await hostId('/etc/machine-id')) ?? (await hostId('/var/lib/dbus/machine-id')) ?? (await ownId(root))
  return realm(`${host}:${await realPath(root)}`)
}

const hostId = async (path: string): Promise<string | null> => {
  const id = (await readText(path))?.trim() ?? ''
  return /^[0-9a-f]{32}$/.test(id) ? id : null
}

// A container or a Mac has no machine id: the root gets one of its own, once.
const ownId = async (root: string): Promise<string> => {
  const path = join(root, '.machine-id')
  const known = (await readText(path))?.trim()
  if (isUuid(known)) return known
  try {
    await mkdir(root, { recursive: true, mode: 0o700 })
    const part = `${path}.${process.pid}.part`
    await writeFile(part, `${randomUUID()}\n`, { mode: 0o600 })
    await link(part, path).catch(() => undefined)
    await unlink(part)
  } catch (error) {
    throw new ProviderError('denied', 'This host has no machine id, and none can be kept in the root directory of its machines.', {
      cause: error,
    })
  }
  const made = (await readText(path))?.trim()
  if (isUuid(made)) return made
  throw new ProviderError('invalid', 'The .machine-id in the root directory of the machines is damaged.')
}

const readText = async (path: string): Promise<string | null> => {
  try {
    return (await readBounded(path, 4096))?.toString('utf8') ?? null
  } catch {
    return null
  }
}

// The root may not exist yet: its nearest standing ancestor decides.
const realPath = async (path: string): Promise<string> => {
  try {
    return await realpath(path)
  } catch (error) {
    if (errorCode(error) !== 'ENOENT' || dirname(path) === path) return path
    return join(await realPath(dirname(path)), basename(path))
  }
}
