import { isFault } from '@forgeplan/vsphere-soap'
import { removeData, removeStrayData } from './data-image.ts'
import { detachAll } from './detach.ts'
import { powerOff } from './power.ts'
import type { Work } from './workshop.ts'
import { finish, ownMachine } from './workshop.ts'

/** Takes the machine away with its disks. Already gone is success. @throws ProviderError; VsphereError. */
export const remove = async (work: Work): Promise<void> => {
  const sight = await ownMachine(work)
  // One that never came may have left its data image, in which stands what it should have run.
  if (sight === null) return removeStrayData(work)
  const { shop, call } = work
  try {
    // Before it is powered off: who may not change the rule is told so by a machine that still runs.
    const apart = sight.machine.state?.labels?.apart ?? null
    if (apart !== null) await shop.apart.leave(apart, sight.machine.ref, call)
    await powerOff(work, sight.machine)
    call.signal.throwIfAborted()
    await detachAll(work, sight.machine)
    // First, so that a run that ends in between still finds it by the machine.
    const data = sight.machine.state?.data ?? null
    if (data !== null) await removeData(work, data)
    await finish(work, await shop.client.call('Destroy_Task', sight.machine.ref, {}, { signal: call.signal }), 'Destroying.')
  } catch (error) {
    // What was not found may be something else: the task, or a datacenter that somebody has written on the machine.
    if (!isFault(error, 'ManagedObjectNotFound') || (await ownMachine(work)) !== null) throw error
  }
}
