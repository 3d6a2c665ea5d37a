import { setTimeout as delay } from 'node:timers/promises'
import { VsphereError, isFault } from '../error.ts'
import type { Session } from '../session/session.ts'
import type { ObjectUpdate, Ref, UpdateSet } from '../vim/types.ts'
import type { CallOptions } from '../wire/deadline.ts'
import { openDeadline, orAborted } from '../wire/deadline.ts'
import { forgotten, progressOf } from './progress.ts'
import type { Watch } from './watch.ts'
import { openWatch } from './watch.ts'

/** How a task is waited for. */
export interface TaskOptions extends CallOptions {
  /** Is told how far the task is, in percent, if the server says so. */
  readonly onProgress?: ((percent: number) => void) | undefined
  /** What the task does, for the messages of its errors. */
  readonly what?: string | undefined
}

interface Listener {
  readonly onProgress: ((percent: number) => void) | undefined
  readonly resolve: (result: unknown) => void
  readonly reject: (error: unknown) => void
}

interface Entry {
  readonly ref: Ref
  /** What it does: the method that began it. */
  readonly what: string
  /** The properties that have been told; an update says only what changed. */
  readonly values: Map<string, unknown>
  readonly listeners: Set<Listener>
}

/** A long poll that is under way. */
interface Poll {
  readonly watch: Watch
  readonly abort: AbortController
  /** It was ended here, since nobody waits any more. */
  isOver: boolean
}

// A long poll; news end it sooner.
const pollSeconds = 30
const mostFailures = 6

/** Waits for any number of tasks with one long poll for all of them. */
export class TaskWaiter {
  readonly #session: Session
  readonly #usualMs: number
  readonly #entries = new Map<string, Entry>()
  readonly #toAdd = new Set<string>()
  #toRemove: Ref[] = []
  #watch: Watch | null = null
  #poll: Poll | null = null
  #isRunning = false
  #flushing: Promise<void> | null = null

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
      this.#entry(task, what).listeners.add(listener)
    })
    this.#start()
    try {
      return await orAborted(settled, deadline.signal)
    } finally {
      if (listener !== undefined) this.#forget(task.value, listener)
    }
  }

  #entry(ref: Ref, what: string): Entry {
    const known = this.#entries.get(ref.value)
    if (known !== undefined) return known
    const entry: Entry = { ref, what, values: new Map(), listeners: new Set() }
    this.#entries.set(ref.value, entry)
    this.#toAdd.add(ref.value)
    return entry
  }

  #forget(key: string, listener: Listener): void {
    const entry = this.#entries.get(key)
    entry?.listeners.delete(listener)
    if (entry === undefined || entry.listeners.size > 0) return
    this.#entries.delete(key)
    if (!this.#toAdd.delete(key)) this.#toRemove.push(entry.ref)
    if (this.#entries.size === 0 && this.#poll !== null) void this.#end(this.#poll)
  }

  // On the server, too: a poll whose connection is merely cut goes on there and takes the news of the next one.
  async #end(poll: Poll): Promise<void> {
    poll.isOver = true
    try {
      await poll.watch.cancel()
    } catch {
      // Then the next wait has a watch of its own.
      if (this.#watch === poll.watch) this.#watch = null
      poll.abort.abort()
    }
  }

  #start(): void {
    if (!this.#isRunning) void this.#run()
    // The poll under way is told of the new task by the server, as soon as the list has it.
    else if (this.#watch !== null) void this.#flush(this.#watch)
  }

  async #run(): Promise<void> {
    this.#isRunning = true
    let failures = 0
    while (this.#entries.size > 0) {
      try {
        await this.#turn()
        failures = 0
      } catch (error) {
        this.#watch = null
        failures += 1
        if (!isPassing(error) || failures > mostFailures) this.#fail(isGone(error) ? ended(error) : error)
        else await delay(50 * 2 ** failures)
      }
    }
    this.#isRunning = false
  }

  async #turn(): Promise<void> {
    const watch = this.#watch ?? (await this.#open())
    await this.#flush(watch)
    if (this.#watch !== watch || this.#entries.size === 0) return
    const poll: Poll = { watch, abort: new AbortController(), isOver: false }
    this.#poll = poll
    try {
      this.#take(await watch.next(pollSeconds, poll.abort.signal))
    } catch (error) {
      const isExpected = poll.abort.signal.aborted || (poll.isOver && isFault(error, 'RequestCanceled'))
      if (!isExpected) throw error
    } finally {
      this.#poll = null
    }
  }

  async #open(): Promise<Watch> {
    const watch = await openWatch(this.#session)
    this.#toRemove = []
    for (const key of this.#entries.keys()) this.#toAdd.add(key)
    this.#watch = watch
    return watch
  }

  // Those who ask while a change is under way are in the next one.
  #flush(watch: Watch): Promise<void> {
    this.#flushing ??= this.#change(watch).finally(() => {
      this.#flushing = null
    })
    return this.#flushing
  }

  async #change(watch: Watch): Promise<void> {
    try {
      while (this.#toAdd.size > 0 && this.#watch === watch) {
        const add = [...this.#toAdd].flatMap((key) => this.#entries.get(key)?.ref ?? [])
        const remove = this.#toRemove
        this.#toAdd.clear()
        this.#toRemove = []
        for (const ref of await watch.change(add, remove)) this.#settle(ref.value, (listener) => listener.reject(forgotten(ref.value)))
      }
    } catch (error) {
      if (!isPassing(error)) this.#fail(error)
      // The watch is gone with its session. Without it the loop opens another and adds everything anew.
      if (this.#watch === watch) this.#watch = null
      this.#poll?.abort.abort()
    }
  }

  #take(news: UpdateSet | null): void {
    for (const update of (news?.filterSet ?? []).flatMap((set) => set.objectSet ?? [])) this.#tell(update)
  }

  #tell({ kind, obj, changeSet }: ObjectUpdate): void {
    const entry = this.#entries.get(obj.value)
    if (entry === undefined) return
    if (kind === 'leave') return this.#settle(obj.value, (listener) => listener.reject(forgotten(obj.value)))
    for (const { name, val } of changeSet ?? []) entry.values.set(name, val)
    const progress = progressOf(entry.what, entry.values)
    switch (progress.state) {
      case 'success':
        return this.#settle(obj.value, (listener) => listener.resolve(progress.result))
      case 'error':
        return this.#settle(obj.value, (listener) => listener.reject(progress.fault))
      case 'pending':
        if (progress.percent !== null) for (const listener of entry.listeners) listener.onProgress?.(progress.percent)
        return
      default:
        progress satisfies never
    }
  }

  #settle(key: string, tell: (listener: Listener) => void): void {
    for (const listener of this.#entries.get(key)?.listeners ?? []) tell(listener)
  }

  #fail(error: unknown): void {
    for (const key of this.#entries.keys()) this.#settle(key, (listener) => listener.reject(error))
    this.#entries.clear()
    this.#toAdd.clear()
  }
}

// What is gone is the watch, over and over; whoever waits must not take it for the task or for what the task is about.
const isGone = (error: unknown): boolean => isFault(error, 'ManagedObjectNotFound', 'InvalidCollectorVersion', 'RequestCanceled')
const ended = (cause: unknown): VsphereError =>
  new VsphereError('lost', 'WaitForUpdatesEx: the server has ended the wait for tasks each time it was begun', { mayHaveRun: true, cause })

// What ends with another connection or another session.
const isPassing = (error: unknown): boolean =>
  isFault(error, 'NotAuthenticated', 'ManagedObjectNotFound', 'InvalidCollectorVersion', 'RequestCanceled') ||
  (error instanceof VsphereError && ['lost', 'unreachable', 'timeout', 'http'].includes(error.kind))
