// The figures that forge is held to. With --json one object, else a table. Ratios are taken within this one run.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setup } from './setup.mjs'

const json = process.argv.includes('--json')
const say = (text) => process.stderr.write(`${text}\n`)
const round = (value) => (value === null ? null : Math.round(value * 1000) / 1000)

// What the project asks for; `null` where there is no bound.
const limits = {
  noopPlan10000Seconds: 5,
  noopPlan10000RssMiB: 512,
  rollPlan10000Seconds: 8,
  rollPlan10000RssMiB: 768,
  create1000Seconds: 5,
  growthTenfold: 12,
  durableBytesPerTransition: null,
  durableBytesGrowth: 1.2,
  versionStartRatio: 1.6,
  render10000Seconds: 2,
  validate1000FilesSeconds: 3,
  qemuBootSeconds: null,
  qemuBootRatio: 3,
  vsphereNoopPlan1000Seconds: 1.5,
  vsphereNoopPlan1000RoundTrips: 20,
  vsphereNoopPlan10000Seconds: 10,
  vsphereNoopPlan10000RoundTrips: 60,
  vsphereNoopPlan10000RssMiB: 512,
  vsphereClone500Ratio: 1.3,
  vsphereCreateCallsPerVm: 5,
  vsphereFirstAnswerRatio: 2,
  isoUpload1GiBRatio: 0.8,
  isoUploadReadBack1GiBRatio: null,
  isoUpload1GiBRssMiB: 150,
  terraformNoopPlanRatio: null,
  terraformCreateRatio: null,
}

// Of these more is better.
const floors = new Set(['isoUpload1GiBRatio'])

const measure = async (parent) => {
  const { applyFleet, makeFleet, planFleet, planRoll, reimage } = await import('../bench/fleet.mjs')
  const { durableBytes } = await import('../bench/durable.mjs')
  const { renderSeconds } = await import('../bench/render.mjs')
  const { validate1000FilesSeconds } = await import('../bench/validate-linuxkit.mjs')
  const { versionStartRatio } = await import('../bench/start.mjs')
  const { qemuFigures } = await import('../bench/qemu.mjs')
  const { hasTerraform, terraformFigures } = await import('../bench/terraform.mjs')
  const { median } = await import('../bench/timed.mjs')
  const { missingVcenter } = await import('../bench/vcenter.mjs')
  const { vsphereFigures } = await import('../bench/vsphere.mjs')
  const { imageFigures } = await import('../bench/images.mjs')
  const fleet = (size) => {
    say(`A fleet of ${size} ...`)
    const directory = makeFleet(parent, `fleet-${size}`, size)
    const create = applyFleet(directory)
    const plans = [1, 2, 3].map(() => planFleet(directory))
    return {
      directory,
      create: create.seconds,
      noop: median(plans.map((plan) => plan.seconds)),
      peak: median(plans.map((plan) => plan.peakMiB)),
    }
  }
  // Another image for every member, in waves of `batch`.
  const roll = (directory, size, batch) => {
    say(`A roll of ${size} in waves of ${batch} ...`)
    reimage(directory, size, batch)
    const plans = [1, 2, 3].map(() => planRoll(directory))
    return { seconds: median(plans.map((plan) => plan.seconds)), peak: median(plans.map((plan) => plan.peakMiB)) }
  }
  const thousand = fleet(1000)
  const tenThousand = fleet(10_000)
  const bytes = [await durableBytes(thousand.directory), await durableBytes(tenThousand.directory)]
  const rolls = [1, 100].map((batch) => roll(tenThousand.directory, 10_000, batch))
  say('A machine in qemu ...')
  const { note, ...qemu } = await qemuFigures(parent)
  if (note !== null) say(`Not measured: ${note}.`)
  const vcenterNote = missingVcenter()
  if (vcenterNote !== null) say(`Not measured: ${vcenterNote}.`)
  const figures = {
    noopPlan10000Seconds: tenThousand.noop,
    noopPlan10000RssMiB: tenThousand.peak,
    rollPlan10000Seconds: Math.max(...rolls.map(({ seconds }) => seconds)),
    rollPlan10000RssMiB: worst(rolls.map(({ peak }) => peak)),
    create1000Seconds: thousand.create,
    growthTenfold: Math.max(tenThousand.create / thousand.create, tenThousand.noop / thousand.noop),
    durableBytesPerTransition: bytes[1],
    durableBytesGrowth: bytes[0] === null ? null : bytes[1] / bytes[0],
    versionStartRatio: versionStartRatio(),
    render10000Seconds: renderSeconds(10_000),
    validate1000FilesSeconds: validate1000FilesSeconds(parent),
    ...qemu,
    ...(vcenterNote === null ? { ...(await vsphereFigures(parent, say)), ...(await imageFigures(parent, say)) } : {}),
  }
  if (!hasTerraform()) return figures
  say('Terraform with 1000 ...')
  const theirs = terraformFigures(parent, 1000)
  return { ...figures, terraformNoopPlanRatio: thousand.noop / theirs.noop, terraformCreateRatio: thousand.create / theirs.create }
}

const worst = (list) => (list.includes(null) ? null : Math.max(...list))

const table = (figures) =>
  Object.entries(figures)
    .map(
      ([key, value]) =>
        `${key.padEnd(32)}${String(value ?? 'not measured here').padStart(12)}${limits[key] === null ? '' : `   at ${floors.has(key) ? 'least' : 'most'} ${limits[key]}`}`,
    )
    .join('\n')

setup()
const parent = mkdtempSync(join(tmpdir(), 'forge-bench-'))
try {
  const figures = Object.fromEntries(Object.entries(await measure(parent)).map(([key, value]) => [key, round(value)]))
  console.log(json ? JSON.stringify(figures) : table(figures))
} finally {
  rmSync(parent, { recursive: true, force: true })
}
