// Figures of the vSphere provider against a simulated vCenter. Every call goes through the front, which counts it.
import { mkdirSync, mkdtempSync } from 'node:fs'
import { join } from 'node:path'
import { median, timed } from './timed.mjs'
import { startFront, startVcenter } from './vcenter.mjs'
import { applyFleet, concurrency, copyMember, makeFleet, planFleet, resize, template } from './vsphere-fleet.mjs'

const delayMs = 10
const clones = 500
// Long enough that the simulator, which clones one machine after the other, is not what all wait for.
const slowClones = ['-method-delay', 'CloneVm:2000,LockHandoff:0']
const pairs = 15
// Of clones; each takes a minute and a half.
const clonePairs = 3

/** All figures, by key. `say` is told what is being done. */
export const vsphereFigures = async (parent, say) => {
  const directory = join(parent, 'vsphere')
  mkdirSync(directory)
  say('A simulated vCenter with 1000 machines ...')
  const thousand = await inVcenter(directory, [], plansOfThousand, say)
  say('A vCenter with 10000 machines, one of which is real ...')
  const tenThousand = await inVcenter(directory, [], plansOfTenThousand, say)
  say(`${clones} clones ...`)
  return { ...thousand, ...tenThousand, ...(await cloneFigures(directory, say)) }
}

// Turn by turn, so that a machine that others use as well slows both alike.
const cloneFigures = async (directory, say) => {
  const runs = []
  for (let pair = 1; pair <= clonePairs; pair++) {
    const loop = await inVcenter(directory, slowClones, cloneLoop, say)
    const apply = await inVcenter(directory, slowClones, cloneApply, say)
    runs.push({ ratio: apply.seconds / loop.seconds, callsPerVm: apply.callsPerVm })
  }
  return {
    vsphereClone500Ratio: median(runs.map(({ ratio }) => ratio)),
    vsphereCreateCallsPerVm: median(runs.map(({ callsPerVm }) => callsPerVm)),
  }
}

const attempts = 4

// The simulator panics where two clones come into one folder at the same moment (packages/provider-vsphere/test/VCSIM.md). That says nothing
// of forge, so what was measured meanwhile does not count, and all begins anew in another vCenter.
const inVcenter = async (parent, flags, measure, say) => {
  for (let attempt = 1; ; attempt++) {
    const vcenter = await startVcenter(flags)
    try {
      return await inFrontOf(vcenter, mkdtempSync(join(parent, 'vcenter-')), measure)
    } catch (error) {
      if (attempt === attempts || !(await vcenter.hasEnded())) throw error
      say(`The simulated vCenter has ended by itself; once more (${attempt + 1} of ${attempts}) ...`)
    } finally {
      await vcenter.stop()
    }
  }
}

const inFrontOf = async (vcenter, directory, measure) => {
  const front = await startFront(directory, vcenter.port)
  try {
    return await measure({ directory, front })
  } finally {
    await front.stop()
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
