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
  /** How often each was looked for in vain since something was heard of it. */
  readonly #silent = new Map<string, number>()

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
    settle(entry, [listener])
    return false
  }

  /** True where nobody waits for the task any more. */
  drop({ value }: Ref, listener: Listener): boolean {
    const entry = this.#entries.get(value)
    entry?.listeners.delete(listener)
    if (entry === undefined || entry.listeners.size > 0) return false
    this.#silent.delete(value)
    return this.#entries.delete(value)
  }

  /** Takes in what is new of a task. True where that is its end, of which its listeners are told. */
  tell({ value }: Ref, news: Iterable<readonly [path: string, value: unknown]>): boolean {
    const entry = this.#entries.get(value)
    if (entry === undefined) return false
    for (const [path, its] of news) entry.values.set(path, its)
    return settle(entry, entry.listeners)
  }

  /** The watch has said something of a task. */
  hear({ value }: Ref): void {
    this.#silent.delete(value)
  }

  /** Whether nothing was heard of it since it was last looked for. */
  isQuiet({ value }: Ref): boolean {
    return (this.#silent.get(value) ?? 0) > 0
  }

  /** Looks for those of which nothing is heard, and returns those that are due to be asked: the longer they are silent, the more seldom. */
  takeQuiet(): readonly Ref[] {
    return this.refs.filter(({ value }) => {
      const looks = (this.#silent.get(value) ?? -1) + 1
      this.#silent.set(value, looks)
      return [1, 2, 4].includes(looks) || (looks > 0 && looks % 8 === 0)
    })
  }

  /** The server knows a task no more. */
  lose({ value }: Ref): void {
    for (const { reject } of this.#entries.get(value)?.listeners ?? []) reject(forgotten(value))
  }

  /** They cannot be waited for. */
  fail(refs: readonly Ref[], error: unknown): void {
    for (const { value } of refs) {
      for (const { reject } of this.#entries.get(value)?.listeners ?? []) reject(error)
      this.#entries.delete(value)
      this.#silent.delete(value)
    }
  }
}

// What is known of a task. True where that is its end.
const settle = ({ what, values }: Entry, listeners: Iterable<Listener>): boolean => {
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
