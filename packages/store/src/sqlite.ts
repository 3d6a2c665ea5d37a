import type Database from 'better-sqlite3'
import { StoreError } from './errors.ts'

/** An open database. */
export type Db = Database.Database
/** Opens databases; what `import('better-sqlite3')` brings. */
export type Sqlite = typeof Database

/** How long a statement waits for another process's lock, milliseconds. */
export const busyTimeoutMs = 5000

/** Loads the addon, here and not at the top of a module, so that a command without state starts without it. @throws StoreError `addon`. */
export const loadSqlite = async (): Promise<Sqlite> => {
  try {
    const sqlite = (await import('better-sqlite3')).default
    // The module loads its compiled part only when the first database is opened.
    new sqlite(':memory:').close()
    return sqlite
  } catch (error) {
    throw addonError(error)
  }
}

const addonError = (error: unknown): StoreError => {
  const message = error instanceof Error ? error.message : ''
  const otherNode = /NODE_MODULE_VERSION|ERR_DLOPEN_FAILED/.test(`${message} ${codeOf(error)}`)
  const why = otherNode
    ? `better-sqlite3 was compiled for another Node.js than the one that runs (${process.version}). Compile it again`
    : 'better-sqlite3 has not been compiled. Install a C++ compiler, make and python3 (Debian: `apt-get install g++ make python3`; macOS: `xcode-select --install`), then compile it'
  return new StoreError('addon', `${why} with \`pnpm rebuild better-sqlite3\` (or \`npm rebuild better-sqlite3\`).`, { cause: error })
}

/** The `code` of an error of Node or of SQLite; empty if it has none. */
export const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : ''
