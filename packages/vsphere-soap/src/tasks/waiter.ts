import { setTimeout as delay } from 'node:timers/promises'
import { VsphereError, isFault } from '../error.ts'
import { retrieve } from '../properties/retrieve.ts'
import type { Session } from '../session/session.ts'
import type { Ref, UpdateSet } from '../vim/types.ts'
import type { CallOptions } from '../wire/deadline.ts'
import { openDeadline, orAborted } from '../wire/deadline.ts'
import type { Listener } from './pending.ts'
import { PendingTasks } from './pending.ts'
import type { Watch } from './watch.ts'
import { openWatch, taskPaths } from './watch.ts'

/** How a task is waited for. */
export interface TaskOptions extends CallOptions {
  /** Is told how far the task is, in percent, if the server says so. */
  readonly onProgress?: ((percent: number) => void) | undefined
  /** What the task does, for the messages of its errors. */
  readonly what?: string | undefined
}

// Turns in a row that may fail, each after a longer pause, before it is asked whether waiting is of any use.
const mostFailures = 6
// A task of which nothing has been heard for that long, and at most twice as long, is asked.
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
    // The poll under way is told of the new task by the server, as soon as the list has it. An error that stays is met again by the
    // turn that follows.
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
        const maySucceed = isPassing(error) && (failures <= mostFailures || (await this.#canAsk()))
        if (maySucceed) await delay(50 * 2 ** Math.min(failures, mostFailures))
        else this.#tasks.fail(isGone(error) ? ended(error) : error)
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
    // A watch that had not told of an end that was seen by asking, and how far it had told.
    let late: { readonly watch: Watch; readonly version: string } | null = null
    while (await isStillSo(quietMs, over)) {
      // It has told nothing at all since: another is opened.
      if (late !== null && late.watch.version === late.version) late.watch.leave()
      const watch = this.#watch
      const version = watch?.version ?? ''
      // Those that cannot be asked now are asked again.
      const hasEnded = await this.#ask(this.#tasks.quiet(), over).catch(() => false)
      late = hasEnded && watch !== null ? { watch, version } : null
    }
  }

  // As long as tasks can be asked, they are waited for without a watch.
  #canAsk(): Promise<boolean> {
    return this.#ask(this.#tasks.refs).then(
      () => true,
      () => false,
    )
  }

  // Asks tasks themselves. True where one of them has ended. @throws VsphereError; the signal's reason.
  async #ask(objects: readonly Ref[], signal?: AbortSignal): Promise<boolean> {
    const query = { of: { objects }, properties: { Task: taskPaths } }
    let hasEnded = false
    for await (const { ref, properties, missing } of retrieve(this.#session, query, { signal })) {
      if (missing.some(({ fault }) => fault === 'ManagedObjectNotFound')) this.#tasks.lose(ref)
      else if (this.#tasks.tell(ref, properties)) hasEnded = true
    }
    return hasEnded
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
      this.#tasks.hear(obj)
      if (kind === 'leave') this.#tasks.lose(obj)
      else this.#tasks.tell(obj, changes)
    }
  }
}

const isStillSo = (ms: number, over: AbortSignal): Promise<boolean> =>
  delay(ms, undefined, { signal: over }).then(
    () => true,
    () => false,
  )

// What is gone is the watch, over and over; whoever waits must not take it for the task or for what the task is about.
const isGone = (error: unknown): boolean => isFault(error, 'ManagedObjectNotFound', 'InvalidCollectorVersion', 'RequestCanceled')
const ended = (cause: unknown): VsphereError =>
  new VsphereError('lost', 'WaitForUpdatesEx: the server has ended the wait for tasks each time it was begun', { mayHaveRun: true, cause })

// What ends with another connection or another session.
const isPassing = (error: unknown): boolean =>
  isFault(error, 'NotAuthenticated', 'ManagedObjectNotFound', 'InvalidCollectorVersion', 'RequestCanceled') ||
  (error instanceof VsphereError && ['lost', 'unreachable', 'timeout', 'http'].includes(error.kind))
