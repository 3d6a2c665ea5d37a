import type { Mark } from '@forgeplan/model'
import { mkdir, readdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { MachineInputs } from '../machine-type.ts'
import { startedAt } from '../processes.ts'
import { errorCode, syncDirectory, writeDurably } from './files.ts'
import type { Home } from './home.ts'
import { fileNames } from './home.ts'
import type { Spec } from './spec.ts'
import { imageOf, specJson, specOf } from './spec.ts'

let parts = 0

/** Makes the machine's directory with everything it boots from: it appears whole or not at all. One that stands is left. */
export const makeHome = async (home: Home, desired: MachineInputs, mark: Mark): Promise<void> => {
  await mkdir(home.root, { recursive: true, mode: 0o700 })
  const part = join(home.root, `.${home.uid}.${process.pid}-${parts++}.part`)
  await mkdir(part, { mode: 0o700 })
  await mkdir(join(part, fileNames.guest), { mode: 0o700 })
  await writeAll(part, desired, mark)
  try {
    await rename(part, home.directory)
  } catch (error) {
    await rm(part, { recursive: true, force: true })
    if (errorCode(error) !== 'ENOTEMPTY' && errorCode(error) !== 'EEXIST') throw error
  }
  await syncDirectory(home.root)
}

/** Writes everything that the machine boots from, and its mark last. */
export const writeAll = async (directory: string, desired: MachineInputs, mark: Mark): Promise<void> => {
  await writeDurably(join(directory, fileNames.image), imageOf(desired, mark))
  await writeSpec(directory, specOf(desired, mark), mark)
}

export const writeSpec = async (directory: string, spec: Spec, mark: Mark): Promise<void> => {
  await writeDurably(join(directory, fileNames.machine), specJson(spec))
  await writeMark(directory, mark)
}

export const writeMark = (directory: string, mark: Mark): Promise<void> =>
  writeDurably(join(directory, fileNames.mark), `${JSON.stringify(mark)}\n`)

/** Removes what a killed run left half made for this machine; those of living processes are left. */
export const removeParts = async (home: Home): Promise<void> => {
  for (const name of await readdir(home.root).catch(() => [])) {
    const maker = name.startsWith(`.${home.uid}.`) ? /\.(\d+)-\d+\.part$/.exec(name) : null
    if (maker !== null && startedAt(Number(maker[1])) === null) await rm(join(home.root, name), { recursive: true, force: true })
  }
}
