import { VsphereError } from '../error.ts'
import type { Session } from '../session/session.ts'
import type { Ref, UpdateSet } from '../vim/types.ts'

/** What tells of many tasks at once: a list of them on the server, and a collector of its own that watches the list. */
export interface Watch {
  /** Adds and removes tasks. Those that the server does not know any more are returned. @throws VsphereError. */
  readonly change: (add: readonly Ref[], remove: readonly Ref[]) => Promise<readonly Ref[]>
  /** Waits for news, for at most `seconds`; null where there were none. @throws VsphereError; the signal's reason. */
  readonly next: (seconds: number, signal: AbortSignal) => Promise<UpdateSet | null>
  /** Ends the wait under way, which then rejects with the fault `RequestCanceled`. @throws VsphereError. */
  readonly cancel: () => Promise<unknown>
}

const paths = ['info.state', 'info.progress', 'info.error', 'info.result']

/** Opens a watch on the server; it goes with the session. @throws VsphereError. */
export const openWatch = async (session: Session): Promise<Watch> => {
  const { viewManager, propertyCollector } = session.content
  if (viewManager === undefined) throw new VsphereError('answer', 'The server has no views', { mayHaveRun: false })
  const [view, collector] = await Promise.all([
    session.call('CreateListView', viewManager, {}),
    session.call('CreatePropertyCollector', propertyCollector, {}),
  ])
  const selectSet = [{ $type: 'TraversalSpec' as const, type: 'ListView', path: 'view', skip: false }]
  const spec = { propSet: [{ type: 'Task', pathSet: paths }], objectSet: [{ obj: view, skip: true, selectSet }] }
  await session.call('CreateFilter', collector, { spec, partialUpdates: false })
  let version = ''
  return {
    change: (add, remove) => session.call('ModifyListView', view, { add, remove }),
    next: async (seconds, signal) => {
      const options = { maxWaitSeconds: seconds }
      const timeoutMs = seconds * 1000 + session.timeoutMs
      const news = await session.call('WaitForUpdatesEx', collector, { version, options }, { signal, timeoutMs })
      if (news === undefined) return null
      version = news.version
      return news
    },
    cancel: () => session.call('CancelWaitForUpdates', collector, {}),
  }
}
