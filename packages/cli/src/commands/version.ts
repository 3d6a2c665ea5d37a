import type { ExitCode } from '../exit.ts'
import { exits } from '../exit.ts'
import type { Invocation } from '../invocation.ts'
import { version } from '../version.ts'

/** `forge version`: with `--json` also Node and the platform. */
export const showVersion = (invocation: Invocation, options: { readonly json?: boolean }): Promise<ExitCode> => {
  const report = { forge: version, node: process.versions.node, platform: `${process.platform}-${process.arch}` }
  invocation.terminal.out(options.json ? `${JSON.stringify(report)}\n` : `forge ${version}\n`)
  return Promise.resolve(exits.ok)
}
