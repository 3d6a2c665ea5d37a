import type { Output, Row, State } from '@forgeplan/model'
import { canonicalJson } from '@forgeplan/model'
import { outputsText, stateList, stateListText, stateShow, stateShowJson, visibleJson } from '@forgeplan/report'
import type { ExitCode } from '../exit.ts'
import { exits } from '../exit.ts'
import type { Invocation } from '../invocation.ts'
import { openExisting } from '../line/open-existing.ts'
import { rowSchemas } from '../line/row-schemas.ts'
import { declaredOutputs, sensitiveOutputs } from '../line/sensitive.ts'
import type { PlanLook } from '../line/show-plan.ts'
import { printPlan } from '../line/show-plan.ts'
import { pluginsFor } from '../line/worlds.ts'
import { readPlanFile } from '../planfile/read.ts'
import { failure } from '../stop.ts'

export type ShowOptions = PlanLook

/** `forge show`: a saved plan, or without one the state. */
export const show = async (invocation: Invocation, file: string | undefined, options: ShowOptions): Promise<ExitCode> =>
  file === undefined ? showState(invocation, options) : showPlan(invocation, file, options)

const showPlan = async (invocation: Invocation, file: string, options: ShowOptions): Promise<ExitCode> => {
  const plan = await readPlanFile(invocation, file)
  const { catalog } = await pluginsFor(plan.desired, null, invocation.directory)
  printPlan(invocation, plan, catalog, options)
  return exits.ok
}

const showState = async (invocation: Invocation, options: ShowOptions): Promise<ExitCode> => {
  if (options.markdown) throw failure('FORGE6003', '--markdown is for plans', 'Name a plan file, or leave --markdown out.')
  await using store = await openExisting(invocation, 'read')
  const state = store.load()
  invocation.terminal.out(
    options.json
      ? stateJson(state)
      : await stateText(invocation, state, { verbose: options.verbose === true, declared: declaredOutputs(store.revisions()) }),
  )
  return exits.ok
}

const stateText = async (
  invocation: Invocation,
  state: State,
  { verbose, declared }: { readonly verbose: boolean; readonly declared: readonly Output[] },
): Promise<string> => {
  const { terminal } = invocation
  const rows = stateList(state)
  const look = { color: terminal.outColor, width: terminal.width }
  const head = `# ${state.stack}, lineage ${state.lineage ?? 'none yet'}, revision ${String(state.revision)}: ${String(rows.length)} objects\n`
  const shown = async (row: Row): Promise<string> => {
    const context = state.contexts.get(row.context)
    return `\n${stateShow(row, context, await rowSchemas(invocation, row, context), look)}`
  }
  const body = verbose ? (await Promise.all(rows.map(shown))).join('') : stateListText(rows)
  const outputs = outputsText(state.outputs, sensitiveOutputs(state, declared))
  return `${head}${body}${outputs === '' ? '' : `\nOutputs:\n\n${outputs}`}`
}

const stateJson = (state: State): string => {
  const objects: readonly unknown[] = stateList(state).map((row) => JSON.parse(stateShowJson(row, state.contexts.get(row.context), {})))
  const { stack, lineage, revision, serial, outputs } = state
  return `${visibleJson(canonicalJson({ format: 'forge.show/v1', stack, lineage, revision, serial, objects, outputs }))}\n`
}
