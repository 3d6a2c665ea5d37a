import type { Client, Ref } from '@forgeplan/vsphere-soap'
import { isA, isRef } from '@forgeplan/vsphere-soap'

/** A task of the server, as far as it matters to who comes back to it. */
export interface TaskSeen {
  readonly ref: Ref
  readonly isRunning: boolean
  /** Whether it makes a machine. */
  readonly creates: boolean
  /** Milliseconds since 1970 by the server's clock; null where it does not say. */
  readonly queuedAt: number | null
}

/** The tasks of those references that still are known; handles that were written down may be of tasks long gone. */
export const readTasks = async (client: Client, refs: readonly Ref[], signal: AbortSignal): Promise<readonly TaskSeen[]> => {
  const all: TaskSeen[] = []
  for await (const { ref, properties } of client.retrieve({ of: { objects: refs }, properties: { Task: ['info'] } }, { signal })) {
    const info = properties.get('info')
    if (!isA(info, 'TaskInfo')) continue
    all.push({
      ref,
      isRunning: info.state === 'queued' || info.state === 'running',
      creates: makers.has(info.descriptionId),
      queuedAt: Number.isNaN(Date.parse(info.queueTime)) ? null : Date.parse(info.queueTime),
    })
  }
  return all
}

/** The tasks that the server counts as recent: all that run, and some that have ended. */
export const recentTasks = async (client: Client, signal: AbortSignal): Promise<readonly TaskSeen[]> => {
  const manager = client.content.taskManager
  const seen = manager === undefined ? null : await client.look(manager, ['recentTask'], { signal })
  const refs = seen?.properties.get('recentTask')
  return Array.isArray(refs) ? readTasks(client, refs.filter(isRef), signal) : []
}

// The simulator calls a clone cloneVm.
const makers: ReadonlySet<string> = new Set([
  'VirtualMachine.clone',
  'VirtualMachine.cloneVm',
  'Folder.createVm',
  'VirtualMachine.register',
  'ResourcePool.createVm',
])
