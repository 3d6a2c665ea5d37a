import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { builtinFlavors, builtinImages, builtinProviders } from '@forgeplan/cli'
import { decode, expand, parse, wants } from '@forgeplan/config'
import type { Inputs } from '@forgeplan/config'
import { readLinuxkit } from '@forgeplan/linuxkit'
import type { Diagnostic, SecretSource } from '@forgeplan/model'
import { expect, test } from 'vitest'
import { parse as parseYaml } from 'yaml'
import { greeter } from '../../examples/flavors/greeter.ts'
import { roster } from '../../examples/flavors/roster.ts'
import { notes } from '../../examples/providers/notes.ts'
import { root } from '../e2e/support/command.ts'
import type { Block } from './support/markdown.ts'
import { blocksOf, directiveOf, documents, placeOf } from './support/markdown.ts'

const base = `stack: documents
providers:
  local: { plugin: hyperkit }
flavors:
  site: { plugin: vanilla }
variables:
  port: { type: integer, default: 8080 }
`

/** Every problem of a text, with all the inputs there that it asks for. */
const problemsOf = async (files: readonly { readonly file: string; readonly text: string }[]): Promise<readonly Diagnostic[]> => {
  const document = parse(files)
  if (!document.ok) return document.problems
  const config = decode(document.value, await catalog(), inputsFor(wants(document.value)))
  if (!config.ok) return config.problems
  const desired = expand(config.value)
  return desired.ok ? [...document.warnings, ...config.warnings, ...desired.warnings] : desired.problems
}

const catalog = async () => ({
  providers: new Map([
    ['hyperkit', await (builtinProviders['hyperkit'] as () => Promise<typeof notes>)()],
    ['vsphere', await (builtinProviders['vsphere'] as () => Promise<typeof notes>)()],
    ['notes', notes],
    ['./provider.mjs', notes],
  ] as const),
  flavors: new Map([
    ...(await Promise.all(Object.entries(builtinFlavors).map(async ([name, load]) => [name, await load()] as const))),
    ['greeter', greeter],
    ['./flavor.mjs', greeter],
    ['./roster.mjs', roster],
  ] as const),
  images: new Map(await Promise.all(Object.entries(builtinImages).map(async ([name, load]) => [name, await load()] as const))),
})

const inputsFor = (wanted: ReturnType<typeof wants>): Inputs => {
  const sensitive = wanted.variables.filter((want) => want.sensitive).map((want): SecretSource => `var:${want.name}`)
  return {
    environment: new Map(wanted.environment.map((name) => [name, 'text'])),
    files: new Map(wanted.files.map((path) => [path, { text: 'text' }])),
    variables: new Map(),
    images: new Map(),
    origins: new Map(),
    secrets: new Map([...wanted.secrets, ...sensitive].map((source) => [source, { digest: null, isEmpty: false }])),
  }
}

const yamlBlocks = documents.flatMap(blocksOf).filter(({ language }) => language === 'yaml')
const isOther = (block: Block): boolean => directiveOf(block, 'not a configuration:') !== undefined

test.each(yamlBlocks.filter((block) => !isOther(block)).map((block) => [placeOf(block), block] as const))(
  '%s is a valid configuration',
  async (_, block) => {
    const rest = directiveOf(block, 'fragment') === undefined ? [] : [{ file: 'base.forge.yaml', text: base }]
    expect(await problemsOf([...rest, { file: 'forge.yaml', text: block.text }])).toEqual([])
  },
)

test('what is YAML and no configuration is YAML', () => {
  for (const block of yamlBlocks.filter(isOther)) expect(() => parseYaml(block.text), placeOf(block)).not.toThrow()
})

test.each(
  yamlBlocks.filter((block) => directiveOf(block, 'not a configuration:') === 'LinuxKit').map((block) => [placeOf(block), block] as const),
)('%s is a valid LinuxKit YAML', (_, { text }) => {
  expect(readLinuxkit([{ file: 'a.yml', text }])).toMatchObject({ ok: true, warnings: [] })
})

test('the configurations of the examples have no problems and no warnings', async () => {
  for (const name of ['quickstart', 'group-by-ids', 'environments', 'dependencies', 'vsphere-web'])
    expect(
      await problemsOf([{ file: 'forge.yaml', text: readFileSync(join(root, 'examples', name, 'forge.yaml'), 'utf8') }]),
      name,
    ).toEqual([])
})
