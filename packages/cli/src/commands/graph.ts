import type { Desired, Plan } from '@forgeplan/model'
import { graphDot, graphMermaid, graphOf } from '@forgeplan/report'
import { printDiagnostics } from '../begin.ts'
import type { ExitCode } from '../exit.ts'
import { exits } from '../exit.ts'
import type { Invocation } from '../invocation.ts'
import { prepare } from '../line/prepare.ts'
import { readPlanFile } from '../planfile/read.ts'

export interface GraphOptions {
  readonly format: 'mermaid' | 'dot'
}

/** `forge graph [PLANFILE]`: units and what they need; with a plan also what it does. Opens no world and no state. */
export const graph = async (invocation: Invocation, file: string | undefined, options: GraphOptions): Promise<ExitCode> => {
  const { desired, plan } = await subject(invocation, file)
  const drawn = graphOf(desired, plan)
  invocation.terminal.out(options.format === 'dot' ? graphDot(drawn) : graphMermaid(drawn))
  return exits.ok
}

const subject = async (
  invocation: Invocation,
  file: string | undefined,
): Promise<{ readonly desired: Desired; readonly plan: Plan | null }> => {
  if (file === undefined) {
    const { desired, warnings } = await prepare(invocation, 'read')
    if (warnings.length > 0) await printDiagnostics(invocation, warnings)
    return { desired, plan: null }
  }
  const plan = await readPlanFile(invocation, file)
  return { desired: plan.desired, plan }
}
