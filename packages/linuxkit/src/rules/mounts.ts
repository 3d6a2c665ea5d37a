import type { Problems } from '@forgeplan/config'
import { headOf } from '@forgeplan/config'
import { entryOf } from '@forgeplan/config'
import type { Item } from '../read/parts.ts'
import { mapsAt, textAt } from '../read/parts.ts'

// Those whose type linuxkit takes from the source, and whose destination it knows.
const wellKnown: ReadonlySet<string> = new Set(['mqueue', 'devpts', 'proc', 'sysfs', 'cgroup'])

/** A mount has a type and a destination, written or known. */
export const checkMounts = (item: Item, problems: Problems): void => {
  const runtime = entryOf(item.node, 'runtime')?.value
  const inRuntime = runtime?.kind === 'map' ? mapsAt({ ...item, node: runtime, path: `${item.path}.runtime` }, 'mounts') : []
  for (const mount of mapsAt(item, 'mounts')) {
    const type = typeOf(mount)
    if (type === '') report(mount, 'type', problems)
    if (said(mount, 'destination') === '' && !wellKnown.has(type)) report(mount, 'destination', problems)
  }
  for (const mount of inRuntime) if (said(mount, 'destination') === '') report(mount, 'destination', problems)
}

const typeOf = (mount: Item): string => {
  const [type, source] = [said(mount, 'type'), said(mount, 'source')]
  if (type !== '') return type
  return wellKnown.has(source) ? source : said(mount, 'destination') === '/dev' ? 'tmpfs' : ''
}

const said = (mount: Item, key: string): string => textAt(mount, key)?.text ?? ''

const report = (mount: Item, key: string, problems: Problems): void =>
  problems.error('FORGE1308', headOf(mount.node), () => `${mount.path} has no ${key}, and it is not clear from the rest. Add ${key}.`)
