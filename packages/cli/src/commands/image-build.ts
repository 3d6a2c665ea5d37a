import { join, resolve } from 'node:path'
import { systemClock } from '@forgeplan/engine'
import type { ImageInputs, Unit } from '@forgeplan/model'
import { imageStem, versionLength } from '@forgeplan/model'
import { escapeText } from '@forgeplan/report'
import type { Call, ImageFile, ImageFiles } from '@forgeplan/sdk'
import { printDiagnostics } from '../begin.ts'
import type { ExitCode } from '../exit.ts'
import { exits } from '../exit.ts'
import { imageFiles, imageHost } from '../inputs/image-host.ts'
import { putImageFile } from '../inputs/put-image-file.ts'
import type { Invocation } from '../invocation.ts'
import { imagesNamed } from '../line/images-named.ts'
import { prepare } from '../line/prepare.ts'
import { pluginsFor } from '../line/worlds.ts'
import { failure, messageOf } from '../stop.ts'

export interface BuildOptions {
  /** A folder for copies of the files, which bear the image's name and version there. */
  readonly out?: string
}

/** `forge image build [IMAGE]`: makes the files of the wanted version here. Opens no world and no state. */
export const buildImages = async (invocation: Invocation, name: string | undefined, options: BuildOptions): Promise<ExitCode> => {
  const { desired, warnings } = await prepare(invocation, 'read')
  await printDiagnostics(invocation, warnings)
  const units = imagesNamed(desired, name ?? null)
  const { images } = await pluginsFor(desired, null, invocation.directory)
  const files = imageFiles(imageHost(invocation), images)
  for (const unit of units) await buildOne(invocation, unit, { files, out: options.out })
  return exits.ok
}

const buildOne = async (
  invocation: Invocation,
  { name, inputs }: Unit,
  { files, out }: { readonly files: ImageFiles; readonly out: string | undefined },
): Promise<void> => {
  // The shape of every image's inputs, which `decode` has made.
  const image = inputs as unknown as ImageInputs
  const made = await make(files, image, callOf(invocation, name))
  invocation.terminal.out(`${name}@${image.digest.slice(0, versionLength)}\n`)
  for (const file of made) invocation.terminal.out(`  ${escapeText(await placed(invocation, file, { image, out }))}\n`)
}

const make = async (files: ImageFiles, image: ImageInputs, call: Call): Promise<readonly ImageFile[]> => {
  try {
    return await files.make(image, call)
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'ProviderError') throw error
    throw failure('FORGE5020', 'An image cannot be made here', messageOf(error))
  }
}

const placed = async (
  { shell }: Invocation,
  file: ImageFile,
  { image, out }: { readonly image: ImageInputs; readonly out: string | undefined },
): Promise<string> => {
  if (out === undefined) return file.path
  const path = join(resolve(shell.cwd, out), `${imageStem(image)}${file.suffix}`)
  const isNew = await putImageFile(file, path, shell.interrupts.stop)
  return isNew ? path : `${path} (there already)`
}

// Nothing of the world changes, so that there is no journal for a handle.
const callOf = ({ shell, terminal }: Invocation, name: string): Call => {
  const { stop: signal } = shell.interrupts
  let last = ''
  return {
    signal,
    progress: (message) => {
      if (message !== last) terminal.note(`${name}: ${escapeText(message)}\n`)
      last = message
    },
    record: () => Promise.resolve(),
    now: () => systemClock.now(),
    sleep: (ms) => systemClock.sleep(ms, signal),
  }
}
