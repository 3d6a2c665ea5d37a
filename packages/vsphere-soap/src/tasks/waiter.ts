import { setTimeout as delay } from 'node:timers/promises'
import { VsphereError, VsphereFault, isFault } from '../error.ts'
import type { Session } from '../session/session.ts'
import type { Ref, UpdateSet } from '../vim/types.ts'
import type { CallOptions } from '../wire/deadline.ts'
import { openDeadline, orAborted } from '../wire/deadline.ts'
import type { Asked } from './asking.ts'
import { askTasks } from './asking.ts'
import type { Listener } from './pending.ts'
import { PendingTasks } from './pending.ts'
import type { Watch } from './watch.ts'
import { openWatch } from './watch.ts'

/** How a task is waited for. */
export interface TaskOptions extends CallOptions {
  /** Is told how far the task is, in percent, if the server says so. */
  readonly onProgress?: ((percent: number) => void) | undefined
  /** What the task does, for the messages of its errors. */
  readonly what?: string | undefined
}

// Turns in a row that may fail, each followed by a longer pause, before the tasks themselves are asked.
const mostFailures = 6
// A task of which nothing has been heard for that long, and at most twice as long, is asked, and later now and then.
const quietMs = 3_000

/** Waits for any number of tasks with one long poll for all of them. */
export class TaskWaiter {
  readonly #session: Session
  readonly #usualMs: number
  readonly #tasks = new PendingTasks()
  #watch: Watch | null = null
  #isRunning = false

  /** `usualMs`: what a task may take where nothing else is said. */
  constructor(session: Session, usualMs: number) {
    this.#session = session
    this.#usualMs = usualMs
  }

  /**
   * What a task results in. The wait is over when the signal ends or time is up; the task goes on.
   * @throws VsphereFault where the task failed; VsphereError; the signal's reason.
   */
  async wait(task: Ref, options: TaskOptions = {}, what = options.what ?? 'Task'): Promise<unknown> {
    using deadline = openDeadline(`${what} (${task.value})`, options, this.#usualMs)
    let listener: Listener | undefined
    const settled = new Promise<unknown>((resolve, reject) => {
      listener = { onProgress: options.onProgress, resolve, reject }
      if (this.#tasks.add(task, what, listener)) this.#watch?.add(task)
    })
    this.#start()
    try {
      return await orAborted(settled, deadline.signal)
    } finally {
      if (listener !== undefined) this.#forget(task, listener)
    }
  }

  #forget(task: Ref, listener: Listener): void {
    if (!this.#tasks.drop(task, listener)) return
    this.#watch?.remove(task)
    if (this.#tasks.isEmpty) void this.#watch?.interrupt()
  }

  #start(): void {
    if (!this.#isRunning) void this.#run()
    // As soon as the list has the new task, the poll under way tells of it. An error that stays is met again by the turn that follows.
    else if (this.#watch !== null) void this.#flush(this.#watch).catch(() => undefined)
  }

  async #run(): Promise<void> {
    this.#isRunning = true
    const over = new AbortController()
    void this.#askQuiet(over.signal)
    let failures = 0
    while (!this.#tasks.isEmpty) {
      try {
        await this.#turn()
        failures = 0
      } catch (error) {
        this.#leave()
        failures += 1
        if (!isPassing(error) || failures > mostFailures) await this.#failUnheard(error)
        if (!this.#tasks.isEmpty) await delay(50 * 2 ** Math.min(failures, mostFailures))
      }
    }
    over.abort()
    this.#isRunning = false
  }

  async #turn(): Promise<void> {
    const watch = await this.#open()
    await this.#flush(watch)
    if (!watch.isLeft && !this.#tasks.isEmpty) this.#take(await watch.next())
  }

  // A watch can keep to itself what it should tell: where something in between holds its answers back, or where the server has
  // locked itself out (test/VCSIM.md), or loses what is new.
  async #askQuiet(over: AbortSignal): Promise<void> {
    // A watch that had not told of an end that was seen by asking, and how often it had told something.
    let late: { readonly watch: Watch; readonly answers: number } | null = null
    while (await isStillSo(quietMs, over)) {
      // It has told nothing at all since: another is opened.
      if (late !== null && late.watch.answers === late.answers) late.watch.leave()
      const watch = this.#watch
      const answers = watch?.answers ?? 0
      const asking = { objects: this.#tasks.takeQuiet(), signal: over, isOld: (ref: Ref) => !this.#tasks.isQuiet(ref) }
      // Those that cannot be asked now are asked again.
      const { hasEnded } = await askTasks(this.#session, this.#tasks, asking).catch(() => nothing)
      late = hasEnded && watch !== null ? { watch, answers } : null
    }
  }

  // The watch gives out. Tasks of which the server tells how they stand are waited for without one.
  async #failUnheard(error: unknown): Promise<void> {
    const objects = this.#tasks.refs
    const { told } = await askTasks(this.#session, this.#tasks, { objects }).catch(() => nothing)
    this.#tasks.fail(
      objects.filter(({ value }) => !told.has(value)),
      unheard(error),
    )
  }

  async #open(): Promise<Watch> {
    if (this.#watch !== null && !this.#watch.isLeft) return this.#watch
    const watch = await openWatch(this.#session)
    for (const task of this.#tasks.refs) watch.add(task)
    this.#watch = watch
    return watch
  }

  async #flush(watch: Watch): Promise<void> {
    try {
      for (const task of await watch.flush()) this.#tasks.lose(task)
    } catch (error) {
      // The watch is gone with its session. In the next turn there is another, with all tasks.
      const isExpected = watch.isLeft
      watch.leave()
      if (!isExpected) throw error
    }
  }

  #leave(): void {
    this.#watch?.leave()
    this.#watch = null
  }

  #take(news: UpdateSet | null): void {
    for (const { kind, obj, changeSet = [] } of (news?.filterSet ?? []).flatMap((set) => set.objectSet ?? [])) {
      const changes = changeSet.map(({ name, val }) => [name, val] as const)
      // It was taken off the list, perhaps before somebody waited for it again; or the server has forgotten it, which asking tells.
      if (kind === 'leave') continue
      this.#tasks.hear(obj)
      this.#tasks.tell(obj, changes)
    }
  }
}

const isStillSo = (ms: number, over: AbortSignal): Promise<boolean> =>
  delay(ms, undefined, { signal: over }).then(
    () => true,
    () => false,
  )

const nothing: Asked = { told: new Set(), hasEnded: false }

// What failed is the watch. Whoever waits must not take that for a fault of the task, which goes on, or of what it is about.
const unheard = (cause: unknown): VsphereError =>
  cause instanceof VsphereError && !(cause instanceof VsphereFault)
    ? new VsphereError(cause.kind, cause.message, { mayHaveRun: true, cause })
    : new VsphereError('lost', 'The server no longer tells how the tasks stand', { mayHaveRun: true, cause })

// What ends with another connection or another session.
const isPassing = (error: unknown): boolean =>
  isFault(error, 'NotAuthenticated', 'ManagedObjectNotFound', 'InvalidCollectorVersion', 'RequestCanceled') ||
  (error instanceof VsphereError && ['lost', 'unreachable', 'timeout', 'http'].includes(error.kind))
