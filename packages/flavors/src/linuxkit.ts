import type { Member, Prepared, Value, ValueMap } from '@forgeplan/model'
import { compareText, isList, isMap, late, object, reduce } from '@forgeplan/model'
import type { Flavor } from '@forgeplan/sdk'
import { defineFlavor } from '@forgeplan/sdk'
import { askNow, survey } from './health.ts'
import { vanilla } from './vanilla.ts'

const { tags, health, timeout } = vanilla.config.fields

const config = object({
  sshKeys: {
    schema: { kind: 'list', of: { kind: 'string', maxLength: 16_384 } },
    doc: 'Public keys of those who may log in over SSH, in /run/config/ssh/authorized_keys of the machine.',
    examples: [['ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIE... ops@example.com']],
  },
  files: {
    schema: { kind: 'map', of: { kind: 'string' } },
    doc: 'Texts by their path below /run/config of the machine, where services of the image find them.',
    examples: [{ 'docker/daemon.json': '{"debug": true}' }],
  },
  ...(tags === undefined ? {} : { tags }),
  ...(health === undefined ? {} : { health }),
  ...(timeout === undefined ? {} : { timeout }),
})

/**
 * Machines of LinuxKit: nothing is run in them, and their service `metadata` writes what they are given into /run/config.
 * The form is that of https://github.com/linuxkit/linuxkit/blob/master/docs/metadata.md.
 */
export const linuxkit: Flavor = defineFlavor({
  name: 'linuxkit',
  doc: 'Machines of LinuxKit, which write SSH keys and files into /run/config when they boot; health by tcp or http.',
  config,
  prepare: (given: ValueMap, _member: Member): Prepared => ({
    init: userDataOf(given),
    tags: isMap(given['tags']) ? given['tags'] : {},
  }),
  hasHealth: (given) => vanilla.hasHealth(given),
  hasDrain: () => false,
  survey,
  health: askNow,
})

// In the order of their names, so that the order in the configuration makes no other machine.
const userDataOf = ({ sshKeys, files }: ValueMap): Value => {
  const texts = Object.entries(isMap(files) ? files : {}).toSorted(([a], [b]) => compareText(a, b))
  const entries: readonly Entry[] = [
    ...texts.map(([path, content]): Entry => [path.split('/').filter((part) => part !== ''), { content }]),
    // Also without a key: a service that binds the file does not start where there is none.
    ...(isList(sshKeys) ? [[['ssh', 'authorized_keys'], { content: linesOf(sshKeys), perm: '0600' }] satisfies Entry] : []),
  ]
  return entries.length === 0 ? null : settled(late({ kind: 'call', fn: 'json', args: [treeOf(entries)] }))
}

/** A path, and what stands there. */
type Entry = readonly [path: readonly string[], file: ValueMap]

const treeOf = (entries: readonly Entry[]): ValueMap => {
  const names = [...new Set(entries.map(([[name = '']]) => name))]
  return Object.fromEntries(names.map((name) => [name, nodeOf(entries.filter(([[first = '']]) => first === name))]))
}

// Where a file stands in the way of a folder, the folder stays.
const nodeOf = (entries: readonly Entry[]): ValueMap => {
  const inside = entries.filter(([path]) => path.length > 1)
  if (inside.length === 0) return entries.at(-1)?.[1] ?? {}
  return { entries: treeOf(inside.map(([[, ...rest], file]) => [rest, file])) }
}

const linesOf = (keys: readonly Value[]): Value => settled(late({ kind: 'call', fn: 'join', args: [[...keys, ''], '\n'] }))

// What is known is applied at once.
const settled = (value: Value): Value => reduce(value, () => undefined)
