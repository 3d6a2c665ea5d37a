import type { Lineage, StackName, State } from '@forgeplan/model'
import { entryGuard } from './entry-guard.ts'
import { StoreError } from './errors.ts'
import type { Guard } from './guard.ts'
import { count, isObject, kind, list, matching, record, text, time } from './guard.ts'
import type { StoredRecord } from './journal-table.ts'
import { lineageGuard, stackGuard } from './row-guard.ts'
import type { StateDocument } from './state-document.ts'
import { fromDocument, isWhole } from './state-document.ts'

export const exportFormat = 'forge.state/v1'

/** A state as a JSON document. Holds no secret unless it carries the key. */
export interface ExportedState {
  readonly format: typeof exportFormat
  /** The version of the forge that wrote it; for people. */
  readonly tool: string
  readonly lineage: Lineage
  readonly stack: StackName
  readonly serial: number
  readonly state: StateDocument
  /** What has not been pruned: the history that `forge plan --revision` goes back to. */
  readonly journal: readonly StoredRecord[]
  /** The key of the state, 64 hexadecimal digits; only when it was asked for. */
  readonly key?: string
}

export interface ExportOptions {
  readonly tool?: string
  /** Carried along when given; the document is then as secret as the key. */
  readonly key?: Buffer
}

export interface ImportOptions {
  /** Import although the state has gone on since the export. */
  readonly force?: boolean
}

/** An export that has been parsed. */
export interface Imported {
  readonly state: State
  readonly lineage: Lineage
  readonly journal: readonly StoredRecord[]
  readonly key: Buffer | null
}

type Envelope = Omit<ExportedState, 'state' | 'key'>
const envelopeGuard: Guard<Envelope> = record<Envelope>({
  format: kind(exportFormat),
  tool: text(256),
  lineage: lineageGuard,
  stack: stackGuard,
  serial: count,
  journal: list(record<StoredRecord>({ seq: count, revision: count, at: time, entry: entryGuard })),
})
const keyGuard: Guard<string> = matching(/^[0-9a-f]{64}$/)

/** Takes in an export that anybody may have written. @throws StoreError `invalid`. */
export const parseExport = (input: unknown): Imported => {
  if (!isObject(input)) throw refused('It is no JSON object.')
  const { state: document, key, ...envelope } = input
  if (envelope['format'] !== exportFormat)
    throw refused(`Its \`format\` is not ${exportFormat}; another version of forge may have written it.`)
  if (!envelopeGuard(envelope)) throw refused('Its head or its journal holds a field that is missing, unknown or of another kind.')
  if (key !== undefined && !keyGuard(key)) throw refused('Its `key` is not 64 hexadecimal digits.')
  const state = fromDocument(document)
  if (state === undefined || !isWhole(state)) throw refused('Its `state` is incomplete or contradicts itself.')
  refuseContradiction(envelope, state)
  return { state, lineage: envelope.lineage, journal: envelope.journal, key: key === undefined ? null : Buffer.from(key, 'hex') }
}

const refuseContradiction = ({ lineage, stack, serial, journal }: Envelope, state: State): void => {
  if (state.lineage !== lineage || state.stack !== stack || state.serial !== serial)
    throw refused('Its head and its `state` do not belong together.')
  const ordered = journal.every(({ seq, revision }, index) => seq > (journal[index - 1]?.seq ?? 0) && revision <= state.revision)
  if (!ordered || (journal.at(-1)?.seq ?? 0) > serial) throw refused('Its `journal` is out of order or goes beyond its `state`.')
}

const refused = (why: string): StoreError =>
  new StoreError('invalid', `The document is not an export that \`forge state export\` has written. ${why} Nothing was changed.`)
