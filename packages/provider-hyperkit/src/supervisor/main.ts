import { closeSync, writeSync } from 'node:fs'
import type { Supervised } from './supervise.ts'
import { supervise } from './supervise.ts'
import { fileNames } from '../home/home.ts'

let heard = false

/** Tells the starter, once, how it went; the starter may be gone. */
const report = (text: string): void => {
  if (heard) return
  heard = true
  try {
    writeSync(3, text)
    closeSync(3)
  } catch {
    // Nobody listens.
  }
}

// Each kind is loaded for itself, so that a machine starts no later for what it does not use.
const supervised = async (args: readonly string[]): Promise<Supervised> => {
  const [kind, , uid = '', , ...command] = args
  if (kind === 'qemu') {
    const { qemuBody } = await import('../qemu/body.ts')
    return { uid, body: qemuBody(command), console: fileNames.console }
  }
  if (kind === 'hyperkit') {
    const { hyperkitBody } = await import('../hyperkit/body.ts')
    return { uid, body: hyperkitBody(command), console: fileNames.log }
  }
  const [{ parseArguments }, { stubBody }] = await Promise.all([import('../stub/command-line.ts'), import('../stub/body.ts')])
  const line = parseArguments(args)
  return { uid: line.uid, body: stubBody(line), console: fileNames.console }
}

try {
  process.exitCode = await supervise(await supervised(process.argv.slice(2)), report)
} catch (error) {
  report(error instanceof Error ? error.message : 'unknown error')
  process.exitCode = 1
}
process.exit()
