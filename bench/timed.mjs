// One run of a command as a whole process.
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'

// GNU time tells the peak memory of a child; where it is missing the figure is null and not a guess.
const gnuTime = '/usr/bin/time'

export const timed = (program, args, env = process.env) => {
  const watched = existsSync(gnuTime)
  const [run, list] = watched ? [gnuTime, ['-f', 'peak-kib=%M', program, ...args]] : [program, args]
  const start = process.hrtime.bigint()
  const { status, stdout, stderr } = spawnSync(run, list, { env, encoding: 'utf8', maxBuffer: 2 ** 28 })
  const seconds = Number(process.hrtime.bigint() - start) / 1e9
  const peak = /peak-kib=(\d+)\s*$/.exec(stderr)
  return { status, seconds, peakMiB: peak === null ? null : Number(peak[1]) / 1024, output: `${stdout}${stderr}` }
}

export const median = (list) => list.toSorted((a, b) => a - b)[Math.floor(list.length / 2)]
