/** How much is tested: `small` while people wait, `full` before a merge. */
export type Scale = 'small' | 'full'

interface Sizes {
  /** Random cases of the properties that apply something; of those that only plan. */
  readonly applied: number
  readonly planned: number
  /** Random cases whose journal is the real SQLite store. */
  readonly stored: number
  /** Boundaries at which the reference run is stopped: every `crashStride`-th. */
  readonly crashStride: number
  /** The same of a roll of many members. */
  readonly rollCrashStride: number
  /** Both boundaries of a pair of crashes in a small run: every `pairStride`-th. */
  readonly pairStride: number
  /** Random pairs of a crash and a crash during its recovery, in large runs. */
  readonly crashPairs: number
  /** Random walks through fleets with a crash at every turn. */
  readonly crashWalks: number
  /** Which of a method's calls in the reference run a fault strikes. */
  readonly nthCalls: readonly (number | 'every')[]
  /** Times that the built command is killed in the middle of what it does. */
  readonly kills: number
  /** The same in the middle of a roll. */
  readonly rollKills: number
  /** The same with machines of a simulated vCenter. */
  readonly vsphereKills: number
  /** Random walks from machines of a simulated vCenter to others. */
  readonly walks: number
  /** Write-ahead logs that are cut at a random byte. */
  readonly torn: number
  /** Mutated configurations. */
  readonly mutants: number
  /** Mutated databases, and as many plan files. */
  readonly mutatedFiles: number
}

const sizes: Readonly<Record<Scale, Sizes>> = {
  small: {
    applied: 60,
    planned: 40,
    stored: 10,
    crashStride: 5,
    rollCrashStride: 17,
    pairStride: 7,
    crashPairs: 40,
    crashWalks: 20,
    nthCalls: [1, 'every'],
    kills: 6,
    rollKills: 4,
    vsphereKills: 6,
    walks: 4,
    torn: 30,
    mutants: 100,
    mutatedFiles: 40,
  },
  full: {
    applied: 2_000,
    planned: 2_000,
    stored: 60,
    crashStride: 1,
    rollCrashStride: 1,
    pairStride: 3,
    crashPairs: 200,
    crashWalks: 150,
    nthCalls: [1, 2, 'every'],
    kills: 100,
    rollKills: 30,
    vsphereKills: 50,
    walks: 60,
    torn: 500,
    mutants: 5_000,
    mutatedFiles: 2_000,
  },
}

/** From `FORGE_TEST_SCALE`; `small` unless it says `full`. */
export const scale: Scale = process.env['FORGE_TEST_SCALE'] === 'full' ? 'full' : 'small'
export const size: Sizes = sizes[scale]

/** Milliseconds that one test may take. */
export const patience: number = scale === 'full' ? 1_800_000 : 240_000
