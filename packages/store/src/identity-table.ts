import type { Lineage, StackName } from '@forgeplan/model'
import { corrupt, StoreError } from './errors.ts'
import type { Guard } from './guard.ts'
import { record } from './guard.ts'
import { lineageGuard, stackGuard } from './row-guard.ts'
import type { Db } from './sqlite.ts'

/** Whose state it is, from the first apply on. */
export interface Identity {
  readonly lineage: Lineage
  readonly stack: StackName
}

export interface IdentityTable {
  read(): Identity | null
  write(identity: Identity): void
}

const guard: Guard<Identity> = record<Identity>({ lineage: lineageGuard, stack: stackGuard })

export const identityTable = (db: Db, path: string): IdentityTable => {
  const read = db.prepare('SELECT lineage, stack FROM identity')
  const write = db.prepare('INSERT OR REPLACE INTO identity (one, lineage, stack) VALUES (1, ?, ?)')
  return {
    read: () => {
      const row = read.get()
      if (row === undefined || guard(row)) return row ?? null
      throw corrupt(`${path} does not say whose state it is.`)
    },
    write: ({ lineage, stack }) => void write.run(lineage, stack),
  }
}

/** @throws StoreError `stack` when the state holds another stack than the configuration names. */
export const refuseOtherStack = (identity: Identity | null, stack: StackName, path: string): void => {
  if (identity === null || identity.stack === stack) return
  throw new StoreError(
    'stack',
    `${path} holds the stack ${identity.stack}, and the configuration is for ${stack}. Each stack and environment has a state of its own: name it with --state or FORGE_STATE, or correct \`stack\` or --env.`,
  )
}
