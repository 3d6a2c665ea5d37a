import type { Failure, State } from '@forgeplan/model'
import { expect } from 'vitest'
import { Lab, lineageOf } from '../../../testkit/src/index.ts'
import { vsphere } from '../../src/index.ts'
import { FastClock } from './fast-clock.ts'

/** How a fleet's configuration stands at one point of its life. */
export interface Stage {
  readonly name: string
  /** The machines that shall stand then, by name: folder and CPUs. */
  readonly wanted: Readonly<Record<string, readonly [folder: string, cpus: number]>>
  readonly text: (stack: string) => string
}

const machine = (folder: string, more: string): string => `{ provider: vc, folder: ${folder}, network: VM Network${more} }`

// Each in a folder of its own: the simulator panics where one is cloned into a folder in which another has no name yet.
const web = (stack: string, folder: string, more: string): string =>
  `  web: { size: 2, instance: ${machine(`"${stack}/${folder}\${member.ordinal}"`, `, template: DC0_H0_VM0${more}`)} }`

const box = (stack: string, folder: string, more: string): string =>
  `  box: { instance: ${machine(`${stack}/${folder}`, `, iso: "[LocalDS_0] boot.iso", init: echo hello, disks: [{ name: data, size: 64MiB }, { name: kept, size: 64MiB, retain: true }]${more}`)} }`

const stageOf = (name: string, place: string, [ofWeb, ofBox]: readonly [string, string], wanted: Stage['wanted']): Stage => ({
  name,
  wanted,
  text: (stack) => `groups:\n${web(stack, place, ofWeb)}\ninstances:\n${box(stack, place, ofBox.replace('STACK', stack))}\n`,
})

const standing = (folder: string, cpus: number, boxName = 'box'): Stage['wanted'] => ({
  'web-1': [`${folder}1`, cpus],
  'web-2': [`${folder}2`, cpus],
  [boxName]: [folder, 1],
})

/** Everything that can happen to a machine. */
export const life: readonly Stage[] = [
  stageOf('create', 'a', [', notes: first', ''], standing('a', 1)),
  stageOf('update', 'a', [', notes: second', ', extraConfig: { guestinfo.a: b }'], standing('a', 1)),
  stageOf('restart', 'a', [', notes: second, cpus: 2', ', extraConfig: { guestinfo.a: b }'], standing('a', 2)),
  stageOf('move', 'b', [', notes: second, cpus: 2', ', extraConfig: { guestinfo.a: b }, name: STACK-renamed'], standing('b', 2, 'renamed')),
  { name: 'delete', wanted: {}, text: () => '' },
]

/** A stack with the engine, whose vCenter is at a port. */
export class Fleet implements Disposable {
  readonly stack: string
  readonly #lab: Lab

  constructor(stack: string) {
    this.stack = stack
    this.#lab = new Lab({ providers: [vsphere], lineage: lineageOf(stack) })
    this.#lab.clock = new FastClock(50)
  }

  [Symbol.dispose](): void {
    this.#lab[Symbol.dispose]()
  }

  get state(): State {
    return this.#lab.state()
  }

  enter(stage: Stage, port: number): void {
    const vc = `{ plugin: vsphere, url: "127.0.0.1:${port}", username: user, password: "env:PASSWORD", insecure: true, cluster: DC0_C0, diskFolder: "[LocalDS_0] disks-${this.stack}" }`
    this.#lab.configure(`stack: ${this.stack}\nproviders:\n  vc: ${vc}\n${stage.text(this.stack)}`, { secrets: { 'env:PASSWORD': 'pass' } })
  }

  /** A run on a bad line: how often the step that fared worst was tried again, and why the run failed. */
  async tryToApply(): Promise<{ readonly retries: number; readonly failure: Failure | null }> {
    try {
      const { events, outcome } = await this.#lab.apply()
      const attempts = events.map((event) => (event.kind === 'step-retry' ? event.attempt : 0))
      return { retries: Math.max(0, ...attempts), failure: outcome.failure }
    } catch (error) {
      if (!(error instanceof Error) || error.name !== 'EngineError') throw error
      return { retries: 0, failure: { kind: 'transient', message: error.message } }
    }
  }

  /** A run that is killed as soon as `when` resolves: it waits for nothing and leaves what is under way. */
  async applyUntil(when: Promise<unknown>): Promise<void> {
    const abort = new AbortController()
    void when.then(() => abort.abort())
    const { outcome } = await this.#lab.apply({ stop: abort.signal, abort: abort.signal })
    expect(outcome.result).toBe('interrupted')
  }

  /** A run that has to succeed, after which there is nothing left to do. */
  async apply(about = this.stack): Promise<void> {
    const { outcome } = await this.#lab.apply()
    expect({ result: outcome.result, failure: outcome.failure }, about).toEqual({ result: 'done', failure: null })
    const { changes } = await this.#lab.plan()
    expect(
      changes.filter(({ action }) => action !== 'keep'),
      about,
    ).toEqual([])
  }
}
