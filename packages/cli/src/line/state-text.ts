import type { Phase, PlainMap, Row, State } from '@forgeplan/model'
import { compareAddress, isSensitive } from '@forgeplan/model'
import type { Value, ValueMap } from '@forgeplan/model'
import { escapeText } from '@forgeplan/report'

/** Rows in natural order of their addresses. */
export const rowsOf = (state: State): readonly Row[] => [...state.rows.values()].toSorted((a, b) => compareAddress(a.address, b.address))

/** The state for people: one line per object, with `verbose` all of it. */
export const stateText = (state: State, verbose: boolean): string => {
  const lineage = state.lineage ?? 'none yet'
  const head = `Stack ${state.stack}, lineage ${lineage}, revision ${String(state.revision)}, ${String(state.rows.size)} objects\n`
  if (state.rows.size === 0) return head
  return `${head}\n${rowsOf(state).map((row) => (verbose ? rowText(state, row) : rowLine(row))).join('\n')}\n`
}

const rowLine = (row: Row): string => {
  const id = row.id === null ? 'no id yet' : escapeText(row.id)
  const phase = phaseText(row.phase)
  return `${row.address}  ${row.type}  ${id}${phase === '' ? '' : `  (${phase})`}`
}

/** Everything about one object for people. */
export const rowText = (state: State, row: Row): string => {
  const context = state.contexts.get(row.context)
  const lines = [
    rowLine(row),
    `  uid         ${row.uid}`,
    `  generation  ${String(row.generation)}`,
    `  provider    ${context?.provider.name ?? 'unknown'}`,
    `  realm       ${escapeText(row.realm)}`,
    ...mapLines('inputs', redacted(row.inputs)),
    ...mapLines('outputs', row.outputs),
  ]
  return lines.join('\n')
}

const mapLines = (title: string, map: PlainMap | ValueMap): readonly string[] => {
  const entries = Object.entries(map)
  return entries.length === 0 ? [] : [`  ${title}`, ...entries.map(([key, value]) => `    ${escapeText(key)} = ${escapeText(JSON.stringify(value))}`)]
}

const redacted = (inputs: ValueMap): ValueMap =>
  Object.fromEntries(Object.entries(inputs).map(([key, value]): [string, Value] => [key, isSensitive(value) ? '(sensitive)' : value]))

const phaseText = (phase: Phase): string => {
  switch (phase.kind) {
    case 'live':
      return ''
    case 'creating':
      return 'its creation has no outcome yet'
    case 'changing':
      return `${phase.began.verb} has no outcome yet`
    case 'released':
      return `released: ${phase.why}`
    default:
      return phase satisfies never
  }
}

/** The state as data (`forge.state/v1`). */
export const stateJson = (state: State): object => ({
  format: 'forge.state/v1',
  stack: state.stack,
  lineage: state.lineage,
  revision: state.revision,
  serial: state.serial,
  objects: rowsOf(state).map((row) => rowJson(state, row)),
  outputs: state.outputs,
})

/** One row as data; it holds no secret, only where one is fetched. */
export const rowJson = (state: State, row: Row): object => ({ ...row, context: undefined, provider: state.contexts.get(row.context)?.provider.name ?? null })
