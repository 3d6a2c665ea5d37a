import { setTimeout as delay } from 'node:timers/promises'
import { VsphereError, isFault } from '../error.ts'
import type { Session } from '../session/session.ts'
import type { Ref, UpdateSet } from '../vim/types.ts'
import { taskPaths } from './progress.ts'

// A long poll; news end it sooner.
const pollSeconds = 30
// What begins within it while others are waited for is listed together. Each change of the list is a call and, as news, another.
const gatherMs = 50

/** Opens a watch on the server. @throws VsphereError. */
export const openWatch = async (session: Session): Promise<Watch> => {
  const { viewManager, propertyCollector } = session.content
  if (viewManager === undefined) throw new VsphereError('answer', 'The server has no views', { mayHaveRun: false })
  const opening = [session.call('CreateListView', viewManager, {}), session.call('CreatePropertyCollector', propertyCollector, {})] as const
  try {
    const [view, collector] = await Promise.all(opening)
    const selectSet = [{ $type: 'TraversalSpec' as const, type: 'ListView', path: 'view', skip: false }]
    const spec = { propSet: [{ type: 'Task', pathSet: [...taskPaths] }], objectSet: [{ obj: view, skip: true, selectSet }] }
    await session.call('CreateFilter', collector, { spec, partialUpdates: false })
    return new Watch(session, view, collector)
  } catch (error) {
    for (const made of opening) void destroy(session, made)
    throw error
  }
}

// Nobody waits for it: what is not taken away goes with the session.
const destroy = async (session: Session, made: Ref | Promise<Ref>): Promise<void> => {
  try {
    const ref = await made
    await session.call(ref.type === 'ListView' ? 'DestroyView' : 'DestroyPropertyCollector', ref, {}, { timeoutMs: 15_000 })
  } catch {
    // It may have gone with a session before, or the line is down.
  }
}

/** A long poll that is under way. */
class Poll {
  /** It was ended here. */
  isInterrupted = false
  readonly #over = new AbortController()

  /** It has been answered, or never will be. */
  end(): void {
    this.#over.abort()
  }

  /** Waits, but not longer than it is under way. */
  async wait(ms: number): Promise<void> {
    await delay(ms, undefined, { signal: this.#over.signal }).catch(() => undefined)
  }
}

/** What tells of many tasks at once: a list of them on the server, and a collector of its own that watches the list. */
export class Watch {
  readonly #session: Session
  readonly #view: Ref
  readonly #collector: Ref
  readonly #left = new AbortController()
  readonly #toAdd = new Map<string, Ref>()
  readonly #toRemove = new Map<string, Ref>()
  #flushing: Promise<readonly Ref[]> | null = null
  #version = ''
  #answers = 0
  #poll: Poll | null = null

  constructor(session: Session, view: Ref, collector: Ref) {
    this.#session = session
    this.#view = view
    this.#collector = collector
  }

  /** Nobody listens to it any more. */
  get isLeft(): boolean {
    return this.#left.signal.aborted
  }

  /** How often it has told something. */
  get answers(): number {
    return this.#answers
  }

  /** A task to be watched from the next `flush` on. */
  add(task: Ref): void {
    this.#toRemove.delete(task.value)
    this.#toAdd.set(task.value, task)
  }

  /** A task that need not be watched any longer. */
  remove(task: Ref): void {
    if (!this.#toAdd.delete(task.value)) this.#toRemove.set(task.value, task)
  }

  /**
   * Tells the server which tasks are to be watched, and returns those that it does not know any more. A poll under way is told
   * of the new ones. @throws VsphereError.
   */
  flush(): Promise<readonly Ref[]> {
    if (this.#toAdd.size === 0) return this.#flushing ?? Promise.resolve([])
    // Those who ask while a change is under way are in the next one.
    return (this.#flushing ??= this.#change())
  }

  /** Waits for news; null where none came in time, or where the wait was interrupted or left. @throws VsphereError. */
  async next(): Promise<UpdateSet | null> {
    const poll = new Poll()
    this.#poll = poll
    try {
      const args = { version: this.#version, options: { maxWaitSeconds: pollSeconds } }
      const timeoutMs = pollSeconds * 1000 + this.#session.timeoutMs
      const news = await this.#session.call('WaitForUpdatesEx', this.#collector, args, { signal: this.#left.signal, timeoutMs })
      if (news === undefined) return null
      this.#version = news.version
      this.#answers += 1
      return news
    } catch (error) {
      if (this.isLeft || (poll.isInterrupted && isFault(error, 'RequestCanceled'))) return null
      throw error
    } finally {
      this.#poll = null
      poll.end()
    }
  }

  /** Ends the wait under way. On the server, too: a poll whose connection is merely cut goes on there and takes the news of the next one. */
  async interrupt(): Promise<void> {
    if (this.#poll === null) return
    this.#poll.isInterrupted = true
    try {
      await this.#session.call('CancelWaitForUpdates', this.#collector, {}, { signal: this.#left.signal })
    } catch {
      this.leave()
    }
  }

  /** Ends what is under way on it, for good, and takes it away from the server. */
  leave(): void {
    if (this.isLeft) return
    this.#left.abort()
    for (const made of [this.#collector, this.#view]) void destroy(this.#session, made)
  }

  async #change(): Promise<readonly Ref[]> {
    const unknown: Ref[] = []
    try {
      while (this.#toAdd.size > 0) {
        await this.#poll?.wait(gatherMs)
        // Nobody may be waiting for them any more.
        if (this.#toAdd.size === 0) continue
        const change = { add: [...this.#toAdd.values()], remove: [...this.#toRemove.values()] }
        this.#toAdd.clear()
        this.#toRemove.clear()
        unknown.push(...(await this.#session.call('ModifyListView', this.#view, change, { signal: this.#left.signal })))
      }
      return unknown
    } finally {
      // At once, so that nobody who comes after the last look at the list is told to wait for a change that has been made.
      this.#flushing = null
    }
  }
}
