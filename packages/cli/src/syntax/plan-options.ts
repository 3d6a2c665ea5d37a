import type { UnitName } from '@forgeplan/model'
import type { Command } from 'commander'
import { collect, duration, quorumOf, sentence, wholeNumber } from './values.ts'

/** What narrows or loosens a plan. */
export interface PlanChoices {
  readonly target?: readonly string[]
  readonly exclude?: readonly string[]
  readonly replace?: readonly string[]
  readonly maxDestroy?: number
  readonly acceptVanished?: number
  /** Groups whose quorum may be broken. */
  readonly override?: readonly UnitName[]
  readonly refreshOnly?: boolean
}

/** What an apply needs beside the plan. */
export interface ApplyChoices {
  readonly autoApprove?: boolean
  readonly parallelism: number
  /** Milliseconds. */
  readonly lockTimeout: number
  readonly json?: boolean
  readonly plain?: boolean
  readonly concise?: boolean
  /** A file for the events as JSON, beside what people see. */
  readonly jsonInto?: string
  readonly message?: string
  /** Names of gates where a person need not be asked any more. */
  readonly approve?: readonly string[]
}

export const addPlanOptions = (command: Command): Command =>
  addBrakes(command)
    .option('--replace <address>', 'make this object anew; again for more', collect)
    .option('--refresh-only', 'only take in what changed outside of forge')

export const addBrakes = (command: Command): Command =>
  command
    .option('--target <address>', 'only this object, group or instance and what it needs; again for more', collect)
    .option('--exclude <address>', 'everything but this object, group or instance and what depends on it; again for more', collect)
    .option('--max-destroy <number>', 'allow so many objects to end without a successor', wholeNumber(0))
    .option('--accept-vanished <number>', 'accept that so many objects are gone', wholeNumber(0))
    .option('--override <what>', 'let a group lose its majority for once, as quorum:GROUP; again for more', quorumOf)

export const addApplyOptions = (command: Command): Command =>
  command
    .option('--auto-approve', 'do not ask; lifts no brake')
    .option('--parallelism <number>', 'how many operations at once', wholeNumber(1), 10)
    .option('--lock-timeout <duration>', 'how long to wait for somebody else, such as 5m', duration, 0)
    .option('--plain', 'one line per event, also where a live picture could be shown')
    .option('--concise', 'no lines of progress, only what came of it')
    .option('--message <text>', 'why, for forge state history', sentence)
    .option('--json-into <file>', 'the events as JSON also into this file, one per line')
    .option('--json', 'one event per line as JSON on standard output')
