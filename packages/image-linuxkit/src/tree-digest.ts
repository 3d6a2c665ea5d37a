import type { Dirent } from 'node:fs'
import { readdir, readlink } from 'node:fs/promises'
import { join } from 'node:path'
import { canonicalJson, compareText } from '@forgeplan/model'
import { ProviderError } from '@forgeplan/sdk'
import { codeOf, contentOf, sha256 } from './digest.ts'

/** So many files of a package are read; one with more is no package that somebody wrote. */
const most = 10_000

/** A digest over the names and contents of all that a folder holds, without what git keeps there. @throws ProviderError `invalid` */
export const treeDigest = async (folder: string, signal: AbortSignal): Promise<string> => {
  const lines: (readonly [name: string, content: string])[] = []
  for await (const line of walk(folder, '', signal)) {
    if (lines.push(line) > most) throw new ProviderError('invalid', `${folder} holds more than ${String(most)} files.`)
  }
  return sha256(canonicalJson(lines))
}

async function* walk(folder: string, inside: string, signal: AbortSignal): AsyncGenerator<readonly [string, string]> {
  for (const entry of await entriesOf(join(folder, inside))) {
    const name = inside === '' ? entry.name : `${inside}/${entry.name}`
    if (entry.name === '.git') continue
    if (entry.isDirectory()) yield* walk(folder, name, signal)
    else if (entry.isSymbolicLink()) yield [name, `-> ${await readlink(join(folder, name))}`]
    else yield [name, (await contentOf(join(folder, name), signal)).sha256]
  }
}

const entriesOf = async (folder: string): Promise<readonly Dirent[]> => {
  try {
    return (await readdir(folder, { withFileTypes: true })).toSorted((a, b) => compareText(a.name, b.name))
  } catch (error) {
    throw new ProviderError('invalid', `The folder ${folder} cannot be read (${codeOf(error)}).`, { cause: error })
  }
}
