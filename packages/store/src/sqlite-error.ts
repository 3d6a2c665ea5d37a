import { LeaseLost } from '@forgeplan/model'
import { corrupt, LeaseHeld, StoreError } from './errors.ts'
import { codeOf } from './sqlite.ts'

/** Words for what SQLite or the operating system reports. An error that is neither stays as it is. */
export const storeErrorOf = (error: unknown, path: string): unknown => {
  if (error instanceof StoreError || error instanceof LeaseLost || error instanceof LeaseHeld) return error
  const code = codeOf(error)
  const known = families.find(([pattern]) => pattern.test(code))
  return known === undefined ? error : known[1](path, error)
}

/** Runs `work`, whose errors come out as `StoreError`s. */
export const guarded = <T>(path: string, work: () => T): T => {
  try {
    return work()
  } catch (error) {
    throw storeErrorOf(error, path)
  }
}

/** `guarded` for what takes time. */
export const guardedAsync = async <T>(path: string, work: () => Promise<T>): Promise<T> => {
  try {
    return await work()
  } catch (error) {
    throw storeErrorOf(error, path)
  }
}

type Words = (path: string, cause: unknown) => StoreError

const families: readonly (readonly [RegExp, Words])[] = [
  [
    /^(SQLITE_FULL|ENOSPC|EDQUOT)$/,
    (path, cause) =>
      new StoreError(
        'full',
        `There is no room left to write ${path}. Make room and run the same command again; what was made durable before is kept.`,
        { cause },
      ),
  ],
  [/^(SQLITE_READONLY|EROFS)/, (path, cause) => readonly(path, cause)],
  [
    /^(SQLITE_BUSY|SQLITE_LOCKED|SQLITE_PROTOCOL)/,
    (path, cause) =>
      new StoreError('busy', `Another process keeps ${path} locked. Run the same command again when it has finished.`, { cause }),
  ],
  [/^SQLITE_NOTADB$/, (path, cause) => notOurs(path, cause)],
  [
    /^(SQLITE_CORRUPT|SQLITE_IOERR_SHORT_READ|SQLITE_FORMAT)/,
    (path, cause) => corrupt(`The database ${path} is damaged or cut off.`, cause),
  ],
  [
    /^(SQLITE_CANTOPEN|SQLITE_PERM|SQLITE_AUTH|EACCES|EPERM)/,
    (path, cause) => new StoreError('denied', `${path} or its directory cannot be opened. Look at their owner and permissions.`, { cause }),
  ],
  [
    /^(SQLITE_IOERR|EIO)/,
    (path, cause) =>
      new StoreError(
        'io',
        `The operating system reported an error on ${path}. Look at the system log; what was made durable before is kept.`,
        { cause },
      ),
  ],
  [
    /^(SQLITE_TOOBIG|SQLITE_MISMATCH|SQLITE_CONSTRAINT|SQLITE_ERROR)/,
    (path, cause) => corrupt(`The tables of ${path} do not hold what forge wrote there.`, cause),
  ],
]

export const readonly = (path: string, cause?: unknown): StoreError =>
  new StoreError(
    'readonly',
    `${path} cannot be written by this user. Planning works; to apply, run forge as its owner or change its permissions.`,
    { cause },
  )

export const notOurs = (path: string, cause?: unknown): StoreError =>
  new StoreError(
    'foreign',
    `${path} is not a state of forge, and forge leaves it as it is. Name another path with --state or FORGE_STATE.`,
    { cause },
  )
