// One run of a command as a whole process.
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { text } from 'node:stream/consumers'

// GNU time tells the peak memory of a child; where it is missing the figure is null and not a guess.
const gnuTime = '/usr/bin/time'

export const timed = (program, args, env = process.env) => {
  const [run, list] = watched(program, args)
  const start = process.hrtime.bigint()
  const { status, stdout, stderr } = spawnSync(run, list, { env, encoding: 'utf8', maxBuffer: 2 ** 28 })
  return figures({ start, status, stdout, stderr })
}

/** `timed` for a run that has another beside it. */
export const timedBeside = async (program, args, env = process.env) => {
  const [run, list] = watched(program, args)
  const start = process.hrtime.bigint()
  const child = spawn(run, list, { env, stdio: ['ignore', 'pipe', 'pipe'] })
  const said = Promise.all([text(child.stdout), text(child.stderr)])
  const [status] = await once(child, 'exit')
  const [stdout, stderr] = await said
  return figures({ start, status, stdout, stderr })
}

const watched = (program, args) => (existsSync(gnuTime) ? [gnuTime, ['-f', 'peak-kib=%M', program, ...args]] : [program, args])

const figures = ({ start, status, stdout, stderr }) => {
  const seconds = Number(process.hrtime.bigint() - start) / 1e9
  const peak = /peak-kib=(\d+)\s*$/.exec(stderr)
  return { status, seconds, peakMiB: peak === null ? null : Number(peak[1]) / 1024, output: `${stdout}${stderr}` }
}

export const median = (list) => list.toSorted((a, b) => a - b)[Math.floor(list.length / 2)]
