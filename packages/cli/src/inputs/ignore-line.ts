import { appendFile } from 'node:fs/promises'
import { join } from 'node:path'
import { failure } from '../stop.ts'
import { readText, reasonOf } from './read-text.ts'

/** Makes sure that git ignores a folder: the state and its key stay out of the repository. @throws Stop */
export const ignoreLine = async (directory: string, entry: string): Promise<void> => {
  const path = join(directory, '.gitignore')
  const read = await readText(path)
  const text = 'text' in read ? read.text : ''
  if (text.split(/\r?\n/).some((line) => bare(line) === bare(entry))) return
  try {
    await appendFile(path, `${text === '' || text.endsWith('\n') ? '' : '\n'}${entry}\n`)
  } catch (error) {
    throw failure('FORGE6002', 'A file cannot be written', `${path}: ${reasonOf(error)}.`)
  }
}

const bare = (line: string): string => line.trim().replace(/^\/|\/$/g, '')
