import type { Named } from './apply-cases.ts'
import { applyCases } from './apply-cases.ts'
import { deleteCases } from './delete-cases.ts'
import { interruptionCases } from './interruption-cases.ts'
import { markCases } from './mark-cases.ts'
import { realmCases } from './realm-cases.ts'
import { shapeCases } from './shape-cases.ts'
import { openStage } from './stage.ts'
import type { Case, Subject } from './subject.ts'

export type { Case, Offer, SecretPlace, Subject, SuiteClock, WorldHooks } from './subject.ts'

/**
 * The one suite for every provider: run each case with the test runner of your choice. Each has a session, a stack and
 * a lineage of its own and takes down what it made.
 * @example for (const { name, run } of conformanceCases(subject)) test(name, run)
 */
export const conformanceCases = (subject: Subject): readonly Case[] => {
  const named: readonly Named[] = [
    ...applyCases(subject),
    ...deleteCases,
    ...markCases(subject),
    ...interruptionCases(subject),
    ...realmCases(subject),
    ...shapeCases(subject),
  ]
  return named.map(([name, run]) => ({ name, run: () => staged(subject, run) }))
}

const staged = async (subject: Subject, run: Named[1]): Promise<void> => {
  await using stage = await openStage(subject)
  await run(stage)
}
