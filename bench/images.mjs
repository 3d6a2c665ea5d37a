// Figures of images in a datastore: how fast one of 1 GiB is uploaded, and in how much memory.
import { createHash, randomBytes } from 'node:crypto'
import { closeSync, mkdirSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { command } from './fleet.mjs'
import { median, timed } from './timed.mjs'
import { startVcenter } from './vcenter.mjs'

const pairs = 5
const mebibyte = 2 ** 20
const mebibytes = 1024

/** All figures, by key. `say` is told what is being done. */
export const imageFigures = async (parent, say) => {
  say('An image of 1 GiB ...')
  const directory = join(parent, 'images')
  mkdirSync(directory)
  const path = join(directory, 'large.iso')
  const sha256 = writeLarge(path)
  const vcenter = await startVcenter([])
  try {
    const runs = uploads(vcenter.port, path, sha256)
    return {
      isoUpload1GiBRatio: median(runs.map(({ alone, uploaded }) => alone / uploaded)),
      isoUploadReadBack1GiBRatio: median(runs.map(({ alone, whole }) => alone / whole)),
      isoUpload1GiBRssMiB: peakOfApply(directory, vcenter.port),
    }
  } finally {
    await vcenter.stop()
    rmSync(directory, { recursive: true })
  }
}

const writeLarge = (path) => {
  const hash = createHash('sha256')
  const piece = randomBytes(mebibyte)
  const file = openSync(path, 'w')
  for (let at = 0; at < mebibytes; at++) {
    piece.writeUInt32LE(at)
    hash.update(piece)
    writeSync(file, piece)
  }
  closeSync(file)
  return hash.digest('hex')
}

const uploads = (...args) => {
  const { status, output } = timed(process.execPath, [join(import.meta.dirname, 'upload-image.mjs'), ...args.map(String), String(pairs)])
  if (status !== 0) throw new Error(`upload-image.mjs failed: ${output.slice(-2000)}`)
  return JSON.parse(output.split('\n')[0])
}

// Of the whole command, from the reading of the source to the reading back.
const peakOfApply = (directory, port) => {
  const provider = `{ plugin: vsphere, url: "127.0.0.1:${port}", username: user, password: "env:FORGE_BENCH_PASSWORD", insecure: true }`
  const image = '{ plugin: linuxkit, source: large.iso, push: { provider: lab, datastore: LocalDS_0 } }'
  writeFileSync(join(directory, 'forge.yaml'), `stack: bench\nproviders:\n  lab: ${provider}\nimages:\n  large: ${image}\n`)
  const environment = { ...process.env, FORGE_BENCH_PASSWORD: 'pass' }
  const { status, output, peakMiB } = timed(process.execPath, [command, '-C', directory, 'apply', '--auto-approve'], environment)
  if (status !== 0) throw new Error(`forge apply ended with ${status}: ${output.slice(-2000)}`)
  return peakMiB
}
