import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { SourceFile } from '@forgeplan/config'
import { compareText } from '@forgeplan/model'
import { failure, problem, Stop } from '../stop.ts'
import { readText, reasonOf } from './read-text.ts'

/** Bytes; a little more than the 5 MB of text that the parser takes, so that it is the one to explain its limit. */
const configurationLimit = 6 * 1_048_576

const remedy = 'Put a readable file of UTF-8 text in its place, or remove it.'

/** `forge.yaml` and every `*.forge.yaml` in the folder, in order of their names. @throws Stop where there is none. */
export const configFiles = async (directory: string): Promise<readonly SourceFile[]> => {
  const names = (await listing(directory)).filter((name) => name === 'forge.yaml' || name.endsWith('.forge.yaml')).toSorted(compareText)
  if (names.length === 0) throw noConfiguration(directory, await listing(directory))
  const read = await Promise.all(names.map(async (file) => ({ file, result: await readText(join(directory, file), configurationLimit) })))
  const problems = read.flatMap(({ file, result }) =>
    'problem' in result ? [problem('FORGE6002', 'A configuration file cannot be read', `${file}: ${result.problem}. ${remedy}`)] : [],
  )
  if (problems.length > 0) throw new Stop(1, problems)
  return read.flatMap(({ file, result }) => ('text' in result ? [{ file, text: result.text }] : []))
}

const listing = async (directory: string): Promise<readonly string[]> => {
  try {
    return await readdir(directory)
  } catch (error) {
    throw failure(
      'FORGE6001',
      'The folder cannot be read',
      `${directory}: ${reasonOf(error)}. Name the folder of the configuration with -C DIR.`,
    )
  }
}

const noConfiguration = (directory: string, names: readonly string[]): Stop => {
  const near = names.find((name) => /^forge\.ya?ml$/i.test(name))
  const hint =
    near === undefined ? 'Write a forge.yaml there, or name another folder with -C DIR.' : `Did you mean to call ${near} forge.yaml?`
  return failure('FORGE6001', 'No configuration in this folder', `There is no forge.yaml and no *.forge.yaml in ${directory}. ${hint}`)
}
