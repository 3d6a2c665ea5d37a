import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, test } from 'vitest'
import { root } from '../e2e/support/command.ts'
import { forgeCommands, problemsOf } from './support/command-line.ts'
import { blocksOf } from './support/markdown.ts'

type Generator = () => Promise<ReadonlyMap<string, string>>

const { generated } = (await import(pathToFileURL(join(root, 'scripts', 'docs.mjs')).href)) as { readonly generated: Generator }

test('the generated documents are up to date; npm run docs writes them', async () => {
  for (const [path, text] of await generated()) expect(readFileSync(join(root, path), 'utf8'), path).toBe(text)
})

test('the examples in the help of the commands are real commands with real options', () => {
  // What a command is for stands three spaces after it.
  const scripts = blocksOf('docs/commands.md').flatMap(({ text }) => text.split('\n').map((line) => line.split(/ {3,}/)[0] ?? ''))
  expect(scripts.length).toBeGreaterThan(20)
  expect(scripts.flatMap(forgeCommands).flatMap(problemsOf)).toEqual([])
})
