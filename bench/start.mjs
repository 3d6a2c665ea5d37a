// How much longer the command takes to start than Node itself: interleaved pairs, the median of their ratios.
import { command } from './fleet.mjs'
import { median, timed } from './timed.mjs'

const pairs = 15

export const versionStartRatio = () => {
  const ratios = Array.from(
    { length: pairs },
    () => timed(process.execPath, [command, '--version']).seconds / timed(process.execPath, ['-e', '0']).seconds,
  )
  return median(ratios)
}
