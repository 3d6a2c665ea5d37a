import { closeSync, writeSync } from 'node:fs'
import { parseArguments } from '../stub/command-line.ts'
import { supervise } from './supervise.ts'

/** Tells the starter, once, how it went; the starter may be gone. */
const report = (text: string): void => {
  try {
    writeSync(3, text)
    closeSync(3)
  } catch {
    // Nobody listens.
  }
}

try {
  process.exitCode = await supervise(parseArguments(process.argv.slice(2)), report)
} catch (error) {
  report(error instanceof Error ? error.message : 'unknown error')
  process.exitCode = 1
}
process.exit()
