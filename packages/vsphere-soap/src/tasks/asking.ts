import { retrieve } from '../properties/retrieve.ts'
import type { Session } from '../session/session.ts'
import type { Ref } from '../vim/types.ts'
import type { PendingTasks } from './pending.ts'
import { taskPaths } from './progress.ts'

/** What came of asking tasks. */
export interface Asked {
  /** The ids of those of which the server has told how they stand, or that it knows no more. */
  readonly told: ReadonlySet<string>
  /** One of them has ended. */
  readonly hasEnded: boolean
}

/** Asks tasks themselves how they stand, and tells those who wait. @throws VsphereError; the signal's reason. */
export const askTasks = async (
  session: Session,
  tasks: PendingTasks,
  {
    objects,
    signal,
    isOld = () => false,
  }: { readonly objects: readonly Ref[]; readonly signal?: AbortSignal; readonly isOld?: (ref: Ref) => boolean },
): Promise<Asked> => {
  const told = new Set<string>()
  let hasEnded = false
  for await (const { ref, properties, missing } of retrieve(session, { of: { objects }, properties: { Task: taskPaths } }, { signal })) {
    const isGone = missing.some(({ fault }) => fault === 'ManagedObjectNotFound')
    if (!isGone && !properties.has('info.state')) continue
    told.add(ref.value)
    // Somebody else has told more of it meanwhile.
    if (isOld(ref)) continue
    if (isGone) tasks.lose(ref)
    else if (tasks.tell(ref, properties)) hasEnded = true
  }
  return { told, hasEnded }
}
