import { run } from './run.ts'
import { systemShell } from './shell/system.ts'

/** Runs forge in this process, with its streams, environment and signals. Resolves with the exit code. */
export const runHere = async (argv: readonly string[]): Promise<number> => {
  const system = systemShell()
  try {
    return await run(argv, system.shell)
  } finally {
    await system.close()
  }
}
