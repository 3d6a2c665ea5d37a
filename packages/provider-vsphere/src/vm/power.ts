import { isFault } from '@forgeplan/vsphere-soap'
import type { Machine } from './machine.ts'
import type { Work } from './workshop.ts'
import { finish } from './workshop.ts'

/** Turns a machine on. One that runs already is as wanted. */
export const powerOn = async (work: Work, { ref }: Machine): Promise<void> => {
  const { shop, call } = work
  call.signal.throwIfAborted()
  await unlessAlready(async () => {
    await finish(work, await shop.client.call('PowerOnVM_Task', ref, {}, { signal: call.signal }), 'Powering on.')
  })
}

/** Turns a machine off: its guest is asked to, if it can be asked; when its time is up the power is cut. */
export const powerOff = async (work: Work, machine: Machine): Promise<void> => {
  const { shop, call } = work
  if (machine.isOff) return
  call.signal.throwIfAborted()
  if (machine.toolsRun && (await shutsDown(work, machine))) return
  await unlessAlready(async () => {
    await finish(work, await shop.client.call('PowerOffVM_Task', machine.ref, {}, { signal: call.signal }), 'Powering off.')
  })
}

const shutsDown = async ({ shop, call }: Work, { ref }: Machine): Promise<boolean> => {
  const until = call.now() + (shop.settings.shutdownTimeout ?? 60_000)
  try {
    await shop.client.call('ShutdownGuest', ref, {}, { signal: call.signal })
  } catch (error) {
    if (isFault(error, 'InvalidPowerState')) return true
    // Without tools after all: there is only the power.
    if (isFault(error, 'ToolsUnavailable', 'NotSupported', 'InvalidState')) return false
    throw error
  }
  call.progress('The guest shuts down.')
  for (let pauseMs = 250; call.now() < until; pauseMs = Math.min(2_000, pauseMs * 2)) {
    const seen = await shop.client.look(ref, ['runtime.powerState'], { signal: call.signal })
    if (seen === null || seen.properties.get('runtime.powerState') !== 'poweredOn') return true
    await call.sleep(Math.min(pauseMs, Math.max(1, until - call.now())))
  }
  return false
}

const unlessAlready = async (turn: () => Promise<void>): Promise<void> => {
  try {
    await turn()
  } catch (error) {
    if (!isFault(error, 'InvalidPowerState')) throw error
  }
}
