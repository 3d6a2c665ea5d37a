import { afterAll, beforeAll } from 'vitest'
import type { Vcsim } from '../../../../test/support/vcsim.ts'
import { startVcsim } from '../../../../test/support/vcsim.ts'
import type { Client, Ref, Seen, Settings } from '../../src/index.ts'
import { connect } from '../../src/index.ts'

/** A simulated vCenter of one test file. */
export interface Lab {
  readonly settings: (over?: Partial<Settings>) => Settings
  readonly open: (over?: Partial<Settings>) => Promise<Client>
}

/** Starts one before the tests of a file or a group and stops it after them. */
export const useLab = (flags: readonly string[] = [], env: NodeJS.ProcessEnv = {}): Lab => {
  let vcsim: Vcsim | undefined
  beforeAll(async () => {
    vcsim = await startVcsim(flags, env)
  })
  afterAll(async () => {
    await vcsim?.[Symbol.asyncDispose]()
  })
  const settings = (over: Partial<Settings> = {}): Settings => ({
    server: `127.0.0.1:${vcsim?.port ?? 0}`,
    user: 'user',
    password: 'pass',
    trust: { kind: 'none' },
    ...over,
  })
  return { settings, open: (over) => connect(settings(over)) }
}

/** All that an iteration gives. */
export const all = async <Item>(items: AsyncIterable<Item>): Promise<readonly Item[]> => {
  const list: Item[] = []
  for await (const item of items) list.push(item)
  return list
}

/** The objects of some types below the root, by type and name: `Folder:vm`. */
export const inventory = async (client: Client, ...types: readonly string[]): Promise<ReadonlyMap<string, Ref>> => {
  const properties = Object.fromEntries(types.map((type) => [type, ['name']]))
  const seen = await all(client.retrieve({ of: { under: client.content.rootFolder }, properties }))
  return new Map(seen.map((each) => [`${each.ref.type}:${nameOf(each)}`, each.ref]))
}

/** An object's name. */
export const nameOf = (seen: Seen): string => String(seen.properties.get('name'))

/** One of the objects of `inventory`. @throws Error where it is not there. */
export const the = (objects: ReadonlyMap<string, Ref>, name: string): Ref => {
  const ref = objects.get(name)
  if (ref === undefined) throw new Error(`no ${name} among ${[...objects.keys()].join(', ')}`)
  return ref
}
