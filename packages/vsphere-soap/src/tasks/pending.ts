import type { Ref } from '../vim/types.ts'
import { forgotten, progressOf } from './progress.ts'

/** Who waits for a task. */
export interface Listener {
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

/** The tasks that are waited for, by whom, and what has been told of each. */
export class PendingTasks {
  readonly #entries = new Map<string, Entry>()
  /** Of which the watch has said nothing for a while. */
  #quiet = new Set<string>()

  get refs(): readonly Ref[] {
    return [...this.#entries.values()].map(({ ref }) => ref)
  }

  get isEmpty(): boolean {
    return this.#entries.size === 0
  }

  /** True where nobody has waited for the task before. */
  add(ref: Ref, what: string, listener: Listener): boolean {
    const entry = this.#entries.get(ref.value)
    if (entry === undefined) {
      this.#entries.set(ref.value, { ref, what, values: new Map(), listeners: new Set([listener]) })
      return true
    }
    entry.listeners.add(listener)
    // Its end may have been told, to those who waited then.
    tell(entry, [listener])
    return false
  }

  /** True where nobody waits for the task any more. */
  drop({ value }: Ref, listener: Listener): boolean {
    const entry = this.#entries.get(value)
    entry?.listeners.delete(listener)
    if (entry === undefined || entry.listeners.size > 0) return false
    return this.#entries.delete(value)
  }

  /** Takes in what is new of a task. True where that is its end, of which its listeners are told. */
  tell({ value }: Ref, news: Iterable<readonly [path: string, value: unknown]>): boolean {
    const entry = this.#entries.get(value)
    if (entry === undefined) return false
    for (const [path, its] of news) entry.values.set(path, its)
    return tell(entry, entry.listeners)
  }

  /** The watch has said something of a task. */
  hear({ value }: Ref): void {
    this.#quiet.delete(value)
  }

  /** Those that were waited for when this was last called, and of which nothing has been heard since. */
  quiet(): readonly Ref[] {
    const refs = this.refs.filter(({ value }) => this.#quiet.has(value))
    this.#quiet = new Set(this.#entries.keys())
    return refs
  }

  /** The server knows a task no more. */
  lose({ value }: Ref): void {
    for (const { reject } of this.#entries.get(value)?.listeners ?? []) reject(forgotten(value))
  }

  /** None of them can be waited for. */
  fail(error: unknown): void {
    for (const { listeners } of this.#entries.values()) for (const { reject } of listeners) reject(error)
    this.#entries.clear()
  }
}

// What is known of a task. True where that is its end.
const tell = ({ what, values }: Entry, listeners: Iterable<Listener>): boolean => {
  const progress = progressOf(what, values)
  switch (progress.state) {
    case 'success':
      for (const { resolve } of listeners) resolve(progress.result)
      return true
    case 'error':
      for (const { reject } of listeners) reject(progress.fault)
      return true
    case 'pending':
      if (progress.percent !== null) for (const listener of listeners) tellProgress(listener, progress.percent)
      return false
    default:
      return progress satisfies never
  }
}

// Who cannot be told has failed, and nobody else who waits.
const tellProgress = ({ onProgress, reject }: Listener, percent: number): void => {
  try {
    onProgress?.(percent)
  } catch (error) {
    reject(error)
  }
}
