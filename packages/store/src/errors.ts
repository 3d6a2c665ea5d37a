import type { Code } from '@forgeplan/model'
import type { LeaseHolder } from './store.ts'

/** What is wrong with a state; each kind has one code of the catalogue. */
export const storeCodes = {
  missing: 'FORGE4001',
  foreign: 'FORGE4002',
  newer: 'FORGE4003',
  corrupt: 'FORGE4004',
  readonly: 'FORGE4005',
  denied: 'FORGE4006',
  network: 'FORGE4007',
  full: 'FORGE4008',
  busy: 'FORGE4009',
  addon: 'FORGE4010',
  stack: 'FORGE4011',
  lineage: 'FORGE4012',
  older: 'FORGE4013',
  invalid: 'FORGE4014',
  exists: 'FORGE4015',
  key: 'FORGE4016',
  io: 'FORGE4017',
} as const satisfies Record<string, Code>

export type StoreErrorKind = keyof typeof storeCodes

const summaries: Readonly<Record<StoreErrorKind, string>> = {
  missing: 'There is no state',
  foreign: 'The file is not a state of forge',
  newer: 'The state was written by a newer forge',
  corrupt: 'The state is damaged',
  readonly: 'The state cannot be written',
  denied: 'The state cannot be read',
  network: 'The state is on a network file system',
  full: 'The disk is full',
  busy: 'The state is busy',
  addon: 'The SQLite addon cannot be loaded',
  stack: 'The state belongs to another stack',
  lineage: 'The state has another lineage',
  older: 'The exported state is older',
  invalid: 'The data does not fit into a state',
  exists: 'The file exists already',
  key: 'The key of the state cannot be used',
  io: 'The disk failed',
}

/** The one error of the store: `message` is a summary without user data, `detail` says in full sentences what to do. */
export class StoreError extends Error {
  override readonly name = 'StoreError'
  readonly kind: StoreErrorKind
  readonly code: Code
  readonly detail: string

  constructor(kind: StoreErrorKind, detail: string, options?: { readonly cause?: unknown }) {
    super(summaries[kind], options)
    this.kind = kind
    this.code = storeCodes[kind]
    this.detail = detail
  }
}

/** Somebody else holds the lease; nothing was changed. */
export class LeaseHeld extends Error {
  override readonly name = 'LeaseHeld'
  readonly code = 'FORGE4018' satisfies Code
  readonly holder: LeaseHolder
  readonly detail: string

  constructor(holder: LeaseHolder) {
    super('The state is locked')
    this.holder = holder
    this.detail =
      `\`${holder.command}\` (process ${holder.pid} on ${holder.host}) has held the lease since ${new Date(holder.acquiredAt).toISOString()}. ` +
      `Wait for it with --lock-timeout, or, if that process is gone for good, run \`forge unlock ${holder.fence}\`.`
  }
}

export const corrupt = (what: string, cause?: unknown): StoreError =>
  new StoreError(
    'corrupt',
    `${what} Restore a backup made by \`forge state backup\`, or move the file away and run \`forge state recover\`, ` +
      'which rebuilds the rows from the marks on the objects.',
    { cause },
  )
