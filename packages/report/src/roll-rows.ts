import type { Address } from '@forgeplan/model'
import type { WaveView } from './roll-view.ts'

/** Waves that follow one another and differ only in who goes. */
export interface WaveRow {
  readonly from: number
  readonly to: number
  /** The first of them. */
  readonly sample: WaveView
  readonly members: readonly Address[]
  readonly successors: readonly Address[]
}

// So many waves are read one by one; of more, those that are alike are one row.
const readable = 12
const runLength = 3

/** One row for each wave, or where there are many one for each run of waves that are alike. Linear. */
export const waveRows = (waves: readonly WaveView[], all: boolean): readonly WaveRow[] =>
  all || waves.length <= readable
    ? waves.map(rowOf)
    : runsOf(waves).flatMap((run) => (run.length < runLength ? run.map(rowOf) : [merged(run)]))

/** How many rows are shown where not all are asked for. */
export const rowLimit = readable

const rowOf = (wave: WaveView): WaveRow => ({
  from: wave.number,
  to: wave.number,
  sample: wave,
  members: wave.members,
  successors: wave.successors,
})

const merged = (run: readonly WaveView[]): WaveRow => {
  const [sample] = run as readonly [WaveView, ...(readonly WaveView[])]
  return {
    from: sample.number,
    to: sample.number + run.length - 1,
    sample,
    members: run.flatMap(({ members }) => members),
    successors: run.flatMap(({ successors }) => successors),
  }
}

const runsOf = (waves: readonly WaveView[]): readonly (readonly WaveView[])[] => {
  const runs: WaveView[][] = []
  for (const wave of waves) {
    const run = runs.at(-1)
    const last = run?.at(-1)
    if (run !== undefined && last !== undefined && isAlike(last, wave)) run.push(wave)
    else runs.push([wave])
  }
  return runs
}

const isAlike = (a: WaveView, b: WaveView): boolean =>
  a.asks === null &&
  b.asks === null &&
  a.leader === null &&
  b.leader === null &&
  a.work === b.work &&
  // The first one waits for less than the others, which is said once for all of them.
  (a.number === 1 || a.alive === b.alive) &&
  a.members.length === b.members.length &&
  a.successors.length === b.successors.length &&
  (a.unwell.length === 0) === (b.unwell.length === 0)
