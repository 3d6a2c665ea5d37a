import type { Plain } from '@forgeplan/model'
import type { Container, Image } from '../read/types.ts'

/**
 * One line for each field, `FIELD: VALUE` as JSON: a text that can be compared line by line. Containers and volumes go by
 * name: `services.docker.image`, `onboot.format.command[1]`.
 */
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
