import type { Call } from '@forgeplan/sdk'
import { ProviderError } from '@forgeplan/sdk'
import { rename, rm } from 'node:fs/promises'
import type { Driver } from '../driver.ts'
import { isAlive, send, settles } from '../processes.ts'
import type { Boot } from './boots.ts'
import { isRunning, lastBoot } from './boots.ts'
import { errorCode, syncDirectory } from './files.ts'
import { endGuest } from './guest-process.ts'
import type { Home } from './home.ts'

/**
 * Ends the machine's process and everything inside: gently first, then by force. Nothing running is success.
 * @throws ProviderError `transient` when the process does not die, `conflict` when it cannot be told whether one runs;
 * the signal's reason when it is aborted.
 */
export const stopMachine = async (home: Home, driver: Driver, call: Call): Promise<void> => {
  const boot = await runningBoot(home.directory)
  if (boot !== null) {
    await driver.shutDown(home, boot)
    await waitForEnd(boot, driver.graceMs, call)
    await cutPower(home, boot, driver)
    await killBoot(boot)
  }
  await endGuest(home.directory)
}

const runningBoot = async (directory: string): Promise<Boot | null> => {
  const last = await lastBoot(directory)
  if (last.kind === 'damaged') throw new ProviderError('conflict', last.why)
  return last.kind === 'boot' && (await isRunning(directory, last.boot)) ? last.boot : null
}

const waitForEnd = async (boot: Boot, ms: number, call: Call): Promise<void> => {
  const deadline = call.now() + ms
  while (isAlive(boot) && call.now() < deadline) await call.sleep(25)
}

// Longer than all orders to end that its supervisor gives take together.
const cutMs = 10_000

const cutPower = async (home: Home, boot: Boot, driver: Driver): Promise<void> => {
  if (driver.powerOff === undefined || !isAlive(boot)) return
  await driver.powerOff(home, boot)
  await settles(() => !isAlive(boot), cutMs)
}

const killBoot = async (boot: Boot): Promise<void> => {
  if (!isAlive(boot)) return
  send(boot.pid, 'SIGKILL')
  if (!(await settles(() => !isAlive(boot), 5000))) throw new ProviderError('transient', 'The process of the machine does not die.')
}

/** Stops the machine and removes its directory; the directory never reads as half a machine. */
export const removeMachine = async (home: Home, driver: Driver, call: Call): Promise<void> => {
  await stopMachine(home, driver, call)
  call.signal.throwIfAborted()
  await removeGone(home)
  await rename(home.directory, home.gone)
  await syncDirectory(home.root)
  await removeGone(home)
}

/** Finishes a removal; a start that slipped in before the rename is ended too. */
export const removeGone = async (home: Home): Promise<void> => {
  try {
    const boot = await runningBoot(home.gone)
    if (boot !== null) await killBoot(boot)
    await endGuest(home.gone)
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw error
  }
  await rm(home.gone, { recursive: true, force: true })
}
