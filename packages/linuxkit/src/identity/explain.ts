import type { Plain } from '@forgeplan/model'
import { sameValue } from '@forgeplan/model'
import type { Container, Image } from '../read/types.ts'

/** One field that differs; a side that lacks it has none. */
export interface ImageChange {
  /** Containers and volumes by name: `services.docker.image`, `onboot.format.command[1]`. */
  readonly field: string
  readonly before?: Plain
  readonly after?: Plain
}

/**
 * The fields that differ between two images, in order of `before`, then what only `after` has. Where the order alone
 * differs, the lists of names.
 */
export const explain = (before: Image, after: Image): readonly ImageChange[] => {
  const changes = fieldChanges(before, after)
  return changes.length > 0 ? changes : orderChanges(before, after)
}

const orderChanges = (before: Image, after: Image): readonly ImageChange[] =>
  (['onboot', 'onshutdown', 'services', 'volumes', 'files'] as const).flatMap((field) => {
    const [was, is] = [before, after].map((image) => image[field].map((item) => ('name' in item ? item.name : item.path)))
    return was === undefined || is === undefined || sameValue(was, is) ? [] : [{ field, before: was, after: is }]
  })

const fieldChanges = (before: Image, after: Image): readonly ImageChange[] => {
  const [was, is] = [leavesOf(before), leavesOf(after)]
  const changes: ImageChange[] = []
  for (const [field, value] of was) {
    const now = is.get(field)
    if (now === undefined) changes.push({ field, before: value })
    else if (!sameValue(value, now)) changes.push({ field, before: value, after: now })
  }
  for (const [field, value] of is) if (!was.has(field)) changes.push({ field, after: value })
  return changes
}

/** One line for each field, `FIELD: VALUE` as JSON: a text that can be compared line by line. */
export const fieldLines = (image: Image): string =>
  [...leavesOf(image)].map(([field, value]) => `${field}: ${JSON.stringify(value)}\n`).join('')

const leavesOf = (image: Image): ReadonlyMap<string, Plain> => {
  const leaves = new Map<string, Plain>()
  const { kernel, init, onboot, onshutdown, services, volumes, files } = image
  const named = { kernel, init, onboot: byName(onboot), onshutdown: byName(onshutdown), services: byName(services) }
  walk('', { ...named, volumes: keyed(volumes, ({ name }) => name), files: keyed(files, ({ path }) => path) } as unknown as Plain, leaves)
  return leaves
}

const byName = (containers: readonly Container[]): unknown =>
  keyed(
    containers.map(({ name, image, settings }) => ({ name, image, ...settings })),
    ({ name }) => name,
  )

// The name stays among the fields, so that an item without others is seen; a second one of a name is told apart.
const keyed = <T>(items: readonly T[], nameOf: (item: T) => string): unknown => {
  const named = new Map<string, T>()
  for (const item of items) {
    const name = nameOf(item)
    let key = name
    for (let count = 2; named.has(key); count++) key = `${name}#${count}`
    named.set(key, item)
  }
  return Object.fromEntries(named)
}

const walk = (path: string, value: Plain, leaves: Map<string, Plain>): void => {
  if (typeof value !== 'object' || value === null) leaves.set(path, value)
  else if (Array.isArray(value)) (value as readonly Plain[]).forEach((item, at) => walk(`${path}[${at}]`, item, leaves))
  else for (const [key, item] of Object.entries(value)) walk(path === '' ? key : `${path}.${key}`, item as Plain, leaves)
}
