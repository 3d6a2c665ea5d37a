// Figures of the vSphere provider against a simulated vCenter. Every call goes through the front, which counts it.
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { median, timed } from './timed.mjs'
import { startFront, startVcenter } from './vcenter.mjs'
import { applyFleet, concurrency, copyMember, makeFleet, planFleet, resize, template } from './vsphere-fleet.mjs'

const delayMs = 10
const clones = 500
// Long enough that the simulator, which clones one machine after the other, is not what all wait for.
const slowClones = ['-method-delay', 'CloneVm:2000,LockHandoff:0']
const pairs = 15

/** All figures, by key. `say` is told what is being done. */
export const vsphereFigures = async (parent, say) => {
  const directory = join(parent, 'vsphere')
  mkdirSync(directory)
  say('A simulated vCenter with 1000 machines ...')
  const thousand = await inVcenter(directory, [], plansOfThousand)
  say('A vCenter with 10000 machines, one of which is real ...')
  const tenThousand = await inVcenter(directory, [], plansOfTenThousand)
  say(`${clones} clones ...`)
  const loop = await inVcenter(directory, slowClones, cloneLoop)
  const apply = await inVcenter(directory, slowClones, cloneApply)
  return {
    ...thousand,
    ...tenThousand,
    vsphereClone500Ratio: apply.seconds / loop.seconds,
    vsphereCreateCallsPerVm: apply.callsPerVm,
  }
}

const inVcenter = async (directory, flags, measure) => {
  const vcenter = await startVcenter(flags)
  try {
    const front = await startFront(directory, vcenter.port)
    try {
      return await measure({ directory, front })
    } finally {
      await front.stop()
    }
  } finally {
    await vcenter.stop()
  }
}

// Three plans, the line being long.
const plans = async (fleet, front) => {
  await front.delay(delayMs)
  await front.calls()
  const runs = [1, 2, 3].map(() => planFleet(fleet))
  const calls = sum(await front.calls())
  return {
    seconds: median(runs.map(({ seconds }) => seconds)),
    peak: median(runs.map(({ peakMiB }) => peakMiB)),
    roundTrips: calls / runs.length,
  }
}

const plansOfThousand = async ({ directory, front }) => {
  const fleet = makeFleet(directory, 'thousand', front.port, 1)
  applyFleet(fleet)
  const firstAnswer = firstAnswerRatio(fleet, front.port)
  resize(fleet, front.port, 1000)
  applyFleet(fleet)
  const { seconds, roundTrips } = await plans(fleet, front)
  return { vsphereNoopPlan1000Seconds: seconds, vsphereNoopPlan1000RoundTrips: roundTrips, vsphereFirstAnswerRatio: firstAnswer }
}

const firstAnswerRatio = (fleet, port) =>
  median(Array.from({ length: pairs }, () => planFleet(fleet).seconds / bare('bare-answer.mjs', port).seconds))

const plansOfTenThousand = async ({ directory, front }) => {
  const fleet = makeFleet(directory, 'ten-thousand', front.port, 1)
  applyFleet(fleet)
  await front.copies(await copyMember(fleet, 10_000), 10_000)
  resize(fleet, front.port, 10_000)
  const { seconds, peak, roundTrips } = await plans(fleet, front)
  return { vsphereNoopPlan10000Seconds: seconds, vsphereNoopPlan10000RoundTrips: roundTrips, vsphereNoopPlan10000RssMiB: peak }
}

const cloneLoop = ({ front }) => bare('bare-clones.mjs', front.port, clones, concurrency, template)

const cloneApply = async ({ directory, front }) => {
  const { seconds } = applyFleet(makeFleet(directory, 'clones', front.port, clones))
  return { seconds, callsPerVm: sum(await front.calls()) / clones }
}

const bare = (program, ...args) => {
  const result = timed(process.execPath, [join(import.meta.dirname, program), ...args.map(String)])
  if (result.status !== 0) throw new Error(`${program} failed: ${result.output.slice(-2000)}`)
  return result
}

const sum = (calls) => Object.values(calls).reduce((total, count) => total + count, 0)
