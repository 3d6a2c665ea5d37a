import { constants } from 'node:fs'
import { open } from 'node:fs/promises'
import { resolve } from 'node:path'
import { ProviderError } from '@forgeplan/sdk'
import { codeOf } from './digest.ts'

/** Bytes; a little more than the 5 MB of text that the parser takes, so that it is the one to explain its limit. */
const limit = 6 * 2 ** 20

/** A file by its name in the configuration, and its text. */
export interface YamlFile {
  readonly file: string
  readonly text: string
}

/** The texts of LinuxKit YAML files. @throws ProviderError `invalid` for the first that cannot be read. */
export const yamlFiles = (paths: readonly string[], directory: string): Promise<readonly YamlFile[]> =>
  Promise.all(paths.map(async (file) => ({ file, text: await textOf(file, resolve(directory, file)) })))

const textOf = async (file: string, path: string): Promise<string> => {
  try {
    // Without waiting: opening a pipe would hang until somebody writes to it.
    await using handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK)
    const at = await handle.stat()
    if (!at.isFile()) throw new ProviderError('invalid', `${file} is not a plain file.`)
    if (at.size > limit) throw new ProviderError('invalid', `${file} is larger than ${String(limit / 2 ** 20)} MiB.`)
    return new TextDecoder('utf-8', { fatal: true }).decode(await handle.readFile())
  } catch (error) {
    if (error instanceof ProviderError) throw error
    const why = error instanceof TypeError ? 'it is not UTF-8 text' : codeOf(error)
    throw new ProviderError('invalid', `${file} cannot be read (${why}).`, { cause: error })
  }
}
