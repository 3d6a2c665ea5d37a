import type { Call, Target, Verb } from '@forgeplan/sdk'
import { ProviderError } from '@forgeplan/sdk'
import type { Driver } from './driver.ts'
import type { Home } from './home/home.ts'
import type { Machine } from './home/look.ts'
import { makeHome, removeParts, writeAll, writeSpec } from './home/make.ts'
import { specOf, withTags } from './home/spec.ts'
import { removeGone, stopMachine } from './home/stop.ts'
import type { MachineInputs } from './machine-type.ts'
import { ownMachine } from './ownership.ts'

/** What an effect on one machine needs. */
export interface Work {
  readonly home: Home
  readonly target: Target
  readonly driver: Driver
  readonly call: Call
}

/** Brings the machine to what is desired. Doing it again is harmless. @throws ProviderError */
export const sync = async (verb: Verb, work: Work, desired: MachineInputs): Promise<void> => {
  const machine = await ownMachine(work.home, work.target)
  work.call.signal.throwIfAborted()
  switch (verb) {
    case 'create':
      return create(machine, work, desired)
    case 'update':
      return update(standing(machine), work, desired)
    case 'restart':
      standing(machine)
      return restart(work, desired)
    default:
      return verb satisfies never
  }
}

const standing = (machine: Machine | null): Machine => {
  if (machine === null) throw new ProviderError('conflict', 'The machine is gone: its directory does not exist any more.')
  return machine
}

const create = async (machine: Machine | null, work: Work, desired: MachineInputs): Promise<void> => {
  const { home, target } = work
  if (machine === null) await makeHome(home, desired, target.mark)
  // Whether or not this run made it: the one that did may have been killed before it came to this.
  await removeParts(home)
  await removeGone(home)
  if (machine !== null && specOf(desired, target.mark).bootDigest !== machine.spec.bootDigest) return restart(work, desired)
  if (machine !== null) await writeSpec(home.directory, specOf(desired, target.mark), target.mark)
  await start(work, desired)
}

// Only what a running machine can take: what it boots with stays as it was booted with.
const update = async (machine: Machine, { home, target }: Work, desired: MachineInputs): Promise<void> =>
  writeSpec(home.directory, withTags(machine.spec, desired), target.mark)

const restart = async (work: Work, desired: MachineInputs): Promise<void> => {
  await stopMachine(work.home, work.driver, work.call)
  work.call.signal.throwIfAborted()
  await writeAll(work.home.directory, desired, work.target.mark)
  await start(work, desired)
}

const start = async ({ home, target, driver, call }: Work, desired: MachineInputs): Promise<void> => {
  call.signal.throwIfAborted()
  const machine = standing(await ownMachine(home, target))
  if (machine.life.kind === 'running') return
  await driver.start(home, specOf(desired, target.mark), call.signal)
}
