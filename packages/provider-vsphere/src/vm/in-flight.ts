import type { Uid } from '@forgeplan/model'
import type { Call, Target } from '@forgeplan/sdk'
import type { Client } from '@forgeplan/vsphere-soap'
import type { VmObservation } from './sight.ts'
import type { TaskSeen } from './tasks.ts'
import { readTasks, recentTasks } from './tasks.ts'

// A creation may take long, and is waited for.
const creationMs = 3_600_000

/**
 * Machines whose making may still be under way, among those that are not to be seen: a clone cannot be found by its uid
 * before it has ended, and its task names only its source. Where no task was written down, any that makes a machine and
 * runs may be it, unless this session knows whose it is: `begun`, by the task's id.
 */
export const inFlight = async (
  client: Client,
  targets: readonly Target[],
  { call, begun: own }: { readonly call: Call; readonly begun: ReadonlyMap<string, Uid> },
): Promise<ReadonlyMap<Uid, VmObservation>> => {
  const begun = targets.filter(({ making }) => making)
  const handles = begun.flatMap(({ handle }) => (handle === null ? [] : [{ type: 'Task', value: handle }]))
  const told = handles.length === 0 ? [] : await readTasks(client, handles, call.signal)
  const untold = begun.some(({ handle }) => handle === null) ? await recentTasks(client, call.signal) : []
  return new Map(
    begun.flatMap((target): readonly (readonly [Uid, VmObservation])[] => {
      const task = taskOf(
        target,
        told,
        untold.filter(({ ref }) => (own.get(ref.value) ?? target.uid) === target.uid),
      )
      if (task === undefined) return []
      const since = target.begunAt ?? call.now()
      return [[target.uid, { kind: 'pending', since, deadline: since + creationMs, handle: task.ref.value }]]
    }),
  )
}

const taskOf = ({ handle, begunAt }: Target, told: readonly TaskSeen[], untold: readonly TaskSeen[]): TaskSeen | undefined =>
  handle === null
    ? untold.find(({ isRunning, creates, queuedAt }) => isRunning && creates && isFrom(queuedAt, begunAt ?? 0))
    : told.find(({ ref, isRunning }) => ref.value === handle && isRunning)

// The two clocks may differ by some minutes, and a call may have been on its way for some.
const isFrom = (queuedAt: number | null, begunAt: number): boolean => queuedAt === null || Math.abs(queuedAt - begunAt) < 1_200_000
