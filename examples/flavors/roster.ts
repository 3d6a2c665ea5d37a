import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { type Health, type PlainMap, object } from '@forgeplan/model'
import { type Flavor, type MemberHandle, defineFlavor, ProviderError } from '@forgeplan/sdk'

/** One line of the file: who, where, and whether it serves or is on its way out. */
type Line = readonly [uid: string, address: string, word: 'serves' | 'leaves']

const read = (config: PlainMap): readonly Line[] => {
  const file = String(config['file'])
  const text = existsSync(file) ? readFileSync(file, 'utf8') : ''
  return text.split('\n').flatMap((line) => (line === '' ? [] : [line.split(' ') as unknown as Line]))
}

// Whole or not at all, and nothing is awaited between reading and writing: members may join at the same time.
const write = (config: PlainMap, lines: readonly Line[]): void => {
  const file = String(config['file'])
  writeFileSync(`${file}.part`, lines.map((line) => `${line.join(' ')}\n`).join(''))
  renameSync(`${file}.part`, file)
}

const without = (config: PlainMap, { uid }: MemberHandle): readonly Line[] => read(config).filter(([each]) => each !== uid)

/** How the roster sees a member: the first of those that serve leads. */
const standing = (lines: readonly Line[], { uid }: MemberHandle): Health => {
  const serving = lines.filter(([, , word]) => word === 'serves')
  if (!serving.some(([each]) => each === uid)) return { kind: 'unhealthy', why: 'it is not on the roster' }
  return serving[0]?.[0] === uid ? { kind: 'healthy', role: 'leader' } : { kind: 'healthy' }
}

export const roster: Flavor = defineFlavor({
  name: 'roster',
  doc: 'Machines that are listed in a file while they serve; the first of the list leads.',
  config: object({
    file: { schema: { kind: 'string' }, doc: 'The list. A relative path starts where forge was started.', required: true },
    run: { schema: { kind: 'string' }, doc: 'What a machine runs when it boots.', required: true },
    check: {
      schema: { kind: 'list', of: { kind: 'string' }, min: 1 },
      doc: 'Ends with 0 inside of a member that is well.',
      default: ['true'],
    },
  }),
  prepare: (config) => ({ init: config['run'] ?? null, tags: { role: 'roster' } }),
  bootstrap: 'serial',
  hasHealth: () => true,
  hasDrain: () => true,
  hasJoined: () => true,
  hasLeft: () => true,
  runsInside: () => ['health'],
  survey: async (config, members) => {
    const lines = read(config)
    return new Map(members.map((member) => [member.uid, standing(lines, member)]))
  },
  health: async (config, { guest }, call) => {
    if (guest === null) throw new ProviderError('invalid', 'The roster needs machines in which commands can be run.')
    const { exitCode } = await guest.run(config['check'] as readonly string[], call)
    return exitCode === 0 ? { kind: 'healthy' } : { kind: 'unhealthy', why: `its check ended with ${String(exitCode)}` }
  },
  drain: async (config, { uid }) =>
    write(
      config,
      read(config).map(([each, address, word]) => [each, address, each === uid ? 'leaves' : word]),
    ),
  joined: async (config, member) => write(config, [...without(config, member), [member.uid, member.address, 'serves']]),
  left: async (config, member) => write(config, without(config, member)),
})
