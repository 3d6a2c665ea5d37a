import { promisify } from 'node:util'
import { gunzipSync, gzip } from 'node:zlib'
import type { State } from '@forgeplan/model'
import { corrupt } from './errors.ts'
import { parseJson } from './journal-table.ts'
import type { Db } from './sqlite.ts'
import { fromDocument, toDocument } from './state-document.ts'

/** A state, ready to be stored. */
export interface Packed {
  readonly seq: number
  readonly revision: number
  readonly body: Buffer
}

export interface SnapshotTable {
  read(): State | null
  /** The entry up to which the snapshot goes; 0 if there is none. */
  seq(): number
  /** Call inside a transaction. `at` is milliseconds since 1970. */
  write(packed: Packed, at: number): void
}

// A hostile database must not unpack to more than this many bytes.
const maxBytes = 2 ** 30

/** Compresses a state off the main thread. @throws StoreError `invalid` when it holds anything but plain data. */
export const pack = async (state: State): Promise<Packed> => ({
  seq: state.serial,
  revision: state.revision,
  body: await promisify(gzip)(JSON.stringify(toDocument(state)), { level: 1 }),
})

export const snapshotTable = (db: Db, path: string): SnapshotTable => {
  const read = db.prepare('SELECT seq, body FROM snapshot')
  const seq = db.prepare('SELECT seq FROM snapshot').pluck()
  const write = db.prepare('INSERT OR REPLACE INTO snapshot (one, seq, revision, at, body) VALUES (1, ?, ?, ?, ?)')
  return {
    read: () => {
      const row = read.get() as { readonly seq: unknown; readonly body: unknown } | undefined
      if (row === undefined) return null
      const state = row.body instanceof Uint8Array ? unpack(row.body) : undefined
      if (state === undefined || state.serial !== row.seq) throw corrupt(`The snapshot in ${path} does not read as a state.`)
      return state
    },
    seq: () => Number(seq.get() ?? 0),
    write: ({ seq, revision, body }, at) => void write.run(seq, revision, at, body),
  }
}

const unpack = (body: Uint8Array): State | undefined => {
  try {
    return fromDocument(parseJson(gunzipSync(body, { maxOutputLength: maxBytes }).toString('utf8')))
  } catch {
    return undefined
  }
}
