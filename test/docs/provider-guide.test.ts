import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { root } from '../e2e/support/command.ts'
import type { Block } from './support/markdown.ts'
import { blocksOf, directiveOf } from './support/markdown.ts'
import type { Scene } from './support/scene.ts'
import { makeScene } from './support/scene.ts'

const blocks = blocksOf('docs/writing-a-provider.md')
const linesOf = (text: string): readonly string[] => text.split('\n').filter((line) => line.trim() !== '')
const source = (file: string): string => readFileSync(join(root, file), 'utf8')
const written = (language: string): readonly Block[] => blocks.filter((block) => block.language === language)

test('its steps, one after the other, are the whole provider', () => {
  const steps = written('ts').filter(({ directives }) => directives.length === 0)
  expect(steps.flatMap(({ text }) => linesOf(text))).toEqual(linesOf(source('examples/providers/notes.ts')))
})

test('the flavors that it shows are the examples', () => {
  for (const block of written('ts').filter((each) => directiveOf(each, 'whole') !== undefined))
    expect(block.text).toBe(source(directiveOf(block, 'whole') ?? '').trimEnd())
})

test('what it shows of the conformance test stands there, in this order', () => {
  for (const block of written('ts').filter((each) => directiveOf(each, 'lines of') !== undefined)) {
    const shown = linesOf(block.text).filter((line) => line.trim() !== '// ...')
    const there = linesOf(source(directiveOf(block, 'lines of') ?? ''))
    expect(there.filter((line) => shown.includes(line))).toEqual(shown)
  }
})

test('the provider in the example has fewer than 60 lines', () => {
  expect(source('examples/providers/notes.ts').trimEnd().split('\n').length).toBeLessThan(60)
})

/** The example as JavaScript, the module that the guide shows, and its configuration, in a folder of the scene. */
const lay = async (scene: Scene, what: { readonly source: string; readonly config: string }): Promise<void> => {
  const flags = ['--module', 'nodenext', '--target', 'es2024', '--types', 'node', '--skipLibCheck', '--outDir', scene.directory]
  const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc')
  const { stdout } = spawnSync(process.execPath, [compiler, '--ignoreConfig', ...flags, join(root, what.source)], {
    cwd: root,
    encoding: 'utf8',
  })
  expect(stdout).toBe('')
  await symlink(join(root, 'node_modules'), join(scene.directory, 'node_modules'))
  await writeFile(join(scene.directory, 'package.json'), '{ "type": "module" }')
  for (const block of written('js')) await writeFile(join(scene.directory, directiveOf(block, 'file') ?? ''), block.text)
  await writeFile(join(scene.directory, 'forge.yaml'), what.config)
}

test.each([
  { source: 'examples/providers/notes.ts', stack: 'notebook' },
  { source: 'examples/flavors/greeter.ts', stack: 'greetings' },
  { source: 'examples/flavors/roster.ts', stack: 'listed' },
])('the plugin $source, as the guide uses it, builds what is wanted and takes it down', async ({ source: file, stack }) => {
  await using scene = await makeScene()
  await lay(scene, { source: file, config: written('yaml').find(({ text }) => text.includes(`stack: ${stack}`))?.text ?? '' })
  for (const command of ['apply --auto-approve', 'plan --detailed-exitcode', 'destroy --auto-approve'])
    expect({ command, ...(await scene.run(`forge ${command}`)) }).toMatchObject({ code: 0 })
})
