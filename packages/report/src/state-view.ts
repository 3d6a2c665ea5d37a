import type { Context, ObjectSchema, Plain, PlainMap, Row, State, Value } from '@forgeplan/model'
import { compareAddress, compareText, unitOf } from '@forgeplan/model'
import { clip, escapeText } from './escape.ts'
import { jsonLine } from './json-line.ts'
import { storedJson } from './json-value.ts'
import type { Line, TextOptions } from './lines.ts'
import { plainLine, print } from './lines.ts'
import { fieldSchema, sensitiveText, valueText } from './value-text.ts'

/** The rows of a state in natural order; `filter` names units or addresses, empty: everything. Released ones come last. */
export const stateList = (state: State, filter: readonly string[] = []): readonly Row[] => {
  const wanted = new Set(filter)
  const rows = [...state.rows.values()].filter((row) => wanted.size === 0 || wanted.has(row.address) || wanted.has(unitOf(row.address)))
  const rank = (row: Row): number => (row.phase.kind === 'released' ? 1 : 0)
  return rows.toSorted((a, b) => rank(a) - rank(b) || compareAddress(a.address, b.address))
}

/** One address per line; what is not simply there says so behind it. */
export const stateListText = (rows: readonly Row[]): string =>
  rows.map((row) => `${escapeText(row.address)}${row.phase.kind === 'live' ? '' : `  (${phaseText(row)})`}\n`).join('')

export const stateListJson = (rows: readonly Row[]): string =>
  `${jsonLine(rows.map(({ address, phase, uid, id, type }) => ({ address, phase: phase.kind, uid, id, type })))}\n`

const phaseText = ({ phase }: Row): string => {
  switch (phase.kind) {
    case 'live':
      return 'live'
    case 'creating':
      return 'being created: no outcome yet'
    case 'changing':
      return `${phase.began.verb}: no outcome yet`
    case 'released':
      return `released: ${phase.why}`
    default:
      return phase satisfies never
  }
}

/** The schemas of a row's type, where the catalog knows it. */
export interface RowSchemas {
  readonly inputs?: ObjectSchema
  readonly outputs?: ObjectSchema
}

/** Everything forge knows of one object; secrets are `(sensitive)`. */
export const stateShow = (row: Row, context: Context | undefined, schemas: RowSchemas, options: TextOptions): string => {
  const facts: readonly (readonly [string, string])[] = [
    ['phase', phaseText(row)],
    ['type', row.type],
    ['uid', row.uid],
    ['id', row.id ?? '(not named yet)'],
    ['realm', row.realm],
    ['generation', String(row.generation)],
    ...(context === undefined ? [] : contextFacts(context)),
  ]
  const lines = [
    { lead: `# ${escapeText(row.address)}`, style: 'bold', text: '', hang: 2 } as const,
    ...facts.map(([name, value]) => factLine(name, escapeText(value))),
    ...mapLines('inputs', row.inputs, schemas.inputs),
    ...mapLines('outputs', row.outputs, schemas.outputs),
  ]
  return `${print(lines, options)}\n`
}

const contextFacts = ({ unit, provider, flavor, policy }: Context): readonly (readonly [string, string])[] => [
  ['unit', unit],
  ['provider', `${provider.name} (${provider.plugin})`],
  ['flavor', flavor === null ? 'none' : `${flavor.name} (${flavor.plugin})`],
  ['policy', [policy.preventDestroy ? 'preventDestroy' : '', `onDestroy: ${policy.onDestroy}`].filter((part) => part !== '').join(', ')],
]

const factLine = (name: string, value: string): Line => ({ lead: `  ${`${name}:`.padEnd(12)} `, style: null, text: value, hang: 15 })

const mapLines = (title: string, map: Readonly<Record<string, Value>>, schema: ObjectSchema | undefined): readonly Line[] => {
  const names = Object.keys(map).toSorted(compareText)
  if (names.length === 0) return []
  return [
    plainLine(`  ${title}:`),
    ...names.map((name): Line => {
      const value = valueText(map[name], fieldSchema(schema, name), 'before')
      return { lead: `    ${clip(escapeText(name), 120)}: `, style: null, text: value, hang: 8 }
    }),
  ]
}

/** `stateShow` as JSON; secrets are sealed, and what was known only when it was applied is told as its expression. */
export const stateShowJson = (row: Row, context: Context | undefined, schemas: RowSchemas): string =>
  `${jsonLine({
    address: row.address,
    phase: row.phase.kind,
    type: row.type,
    uid: row.uid,
    id: row.id,
    realm: row.realm,
    generation: row.generation,
    version: row.version,
    inputs: storedJson(row.inputs, schemas.inputs),
    outputs: storedJson(row.outputs, schemas.outputs),
    ...(context === undefined
      ? {}
      : { unit: context.unit, provider: context.provider.name, flavor: context.flavor?.name ?? null, policy: context.policy }),
  })}\n`

/**
 * The outputs of a stack by name; lists and maps have a line per item. `sensitive` names those whose values do not show;
 * a state stores them as null.
 */
export const outputsText = (outputs: PlainMap, sensitive: ReadonlySet<string>): string =>
  Object.keys(outputs)
    .toSorted(compareText)
    .map((name) => `${escapeText(name)} = ${sensitive.has(name) ? sensitiveText : prettyText(outputs[name] ?? null)}\n`)
    .join('')

// JSON leaves nothing in a text that breaks a line, so every line break is one of the layout.
const prettyText = (value: Plain): string => JSON.stringify(value, null, 2).split('\n').map(escapeText).join('\n')

/** The outputs in Terraform's shape: `{name: {sensitive, value}}`; a sensitive value is null. */
export const outputsJson = (outputs: PlainMap, sensitive: ReadonlySet<string>): string =>
  `${jsonLine(
    Object.fromEntries(
      Object.entries(outputs).map(([name, value]) => [name, { sensitive: sensitive.has(name), value: sensitive.has(name) ? null : value }]),
    ),
  )}\n`
