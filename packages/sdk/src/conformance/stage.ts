import assert from 'node:assert/strict'
import { randomBytes, randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import type { Address, Found, Lineage, Observation, PlainMap, RemoteId, ResourceType, StackName, TypeName } from '@forgeplan/model'
import {
  groupUnit,
  imageUnit,
  lineage,
  memberAddress,
  normaliseObject,
  partAddress,
  stackName,
  uid,
  versionAddress,
  versionLength,
} from '@forgeplan/model'
import type { Applied, Call, Handler, Session, Target, Verb } from '../provider.ts'
import type { Subject, SuiteClock } from './subject.ts'

/** An object that the suite has made. */
export interface Made {
  readonly target: Target
  readonly inputs: PlainMap
  readonly applied: Applied
}

const realClock: SuiteClock = { now: () => Date.now(), sleep: (ms, signal) => delay(ms, undefined, { signal }) }

export const absent: Observation = { kind: 'absent' }

/** One case's session with a stack and a lineage of its own, which takes down what it made. */
export class Stage implements AsyncDisposable {
  readonly subject: Subject
  readonly session: Session
  readonly handler: Handler
  readonly type: ResourceType
  readonly clock: SuiteClock
  readonly stack: StackName = stackName(`c${randomBytes(4).toString('hex')}`)
  readonly lineage: Lineage = lineage(randomUUID())
  /** Everything that the provider has told the people who wait, and its handles. */
  readonly said: string[] = []
  readonly #targets: Target[] = []

  constructor(subject: Subject, session: Session) {
    this.subject = subject
    this.session = session
    this.type = typeOf(subject)
    this.clock = subject.clock ?? realClock
    const handler = session.handlers.get(this.type.name)
    assert.ok(handler, `The session has no handler for ${this.type.name}.`)
    this.handler = handler
  }

  /** A target that nothing stands for yet; it is taken down at the end. */
  target(over: Partial<Target> = {}): Target {
    const generation = this.#targets.length + 1
    const address = over.address ?? this.address(String(generation))
    const identity = over.uid ?? uid(randomUUID())
    const mark = { lineage: this.lineage, stack: this.stack, uid: identity, address, generation, specDigest: '0'.repeat(64) }
    const target = { uid: identity, address, type: this.type.name, mark, id: null, handle: null, begunAt: null, making: false, ...over }
    this.#targets.push(target)
    return target
  }

  address(member: string): Address {
    const machine = memberAddress(groupUnit('web'), member)
    if (this.type.name === this.subject.provider.image) return versionAddress(imageUnit('web'), hexOf(member))
    return this.type.name === this.subject.provider.machine ? machine : partAddress(shortName(this.type.name), machine, 'main')
  }

  inputs(target: Target): PlainMap {
    const raw = this.subject.inputs(`${this.stack}-${target.mark.generation}`)
    return normaliseObject(this.type.inputs, raw) as PlainMap
  }

  call(over: Partial<Call> = {}): Call {
    const signal = over.signal ?? new AbortController().signal
    return {
      signal,
      progress: (message) => void this.said.push(message),
      record: async (handle) => void this.said.push(handle),
      now: () => this.clock.now(),
      sleep: (ms) => this.clock.sleep(ms, signal),
      ...over,
    }
  }

  async make(over: Partial<Target> = {}): Promise<Made> {
    const target = this.target(over)
    const inputs = this.inputs(target)
    return { target, inputs, applied: await this.apply('create', target, inputs) }
  }

  /** Looks first, as the engine does. */
  async apply(verb: Verb, target: Target, inputs: PlainMap, call: Call = this.call()): Promise<Applied> {
    return this.handler.apply(verb, target, inputs, await this.see(target), call)
  }

  async see(target: Target, handler: Handler = this.handler): Promise<Observation> {
    const answers = await handler.observe([target], this.call())
    const answer = answers.get(target.uid)
    assert.ok(answer, 'observe must answer for every target.')
    return answer
  }

  /** @throws AssertionError when the object is not present. */
  async present(target: Target): Promise<Extract<Observation, { kind: 'present' }>> {
    const seen = await this.see(target)
    assert.equal(seen.kind, 'present', `An object that stands must be seen as present, not as ${seen.kind}.`)
    return seen as Extract<Observation, { kind: 'present' }>
  }

  async delete(target: Target): Promise<void> {
    await this.handler.delete(target, await this.see(target), this.call())
  }

  async list(stack: StackName = this.stack, handler: Handler = this.handler): Promise<readonly Found[]> {
    const all: Found[] = []
    for await (const found of handler.list(stack, this.call())) all.push(found)
    return all
  }

  /** A second session, over other settings. */
  open(settings: PlainMap): Promise<Stage> {
    return openStage({ ...this.subject, settings })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // What a case has done on purpose may forbid its clean-up; the case itself has already spoken.
    for (const target of this.#targets) await this.delete(target).catch(() => undefined)
    await this.session[Symbol.asyncDispose]()
  }
}

export const openStage = async (subject: Subject): Promise<Stage> => {
  const { directory, images } = subject
  const host = { directory, signal: new AbortController().signal, ...(images === undefined ? {} : { images }) }
  return new Stage(subject, await subject.provider.open(subject.settings, host))
}

export const typeOf = (subject: Subject): ResourceType => {
  const name = subject.type ?? subject.provider.machine
  const type = subject.provider.types.find((one) => one.name === name)
  assert.ok(type, `The provider has no type ${name}.`)
  return type
}

const hexOf = (text: string): string => Buffer.from(text).toString('hex').slice(-versionLength).padStart(versionLength, '0')

const shortName = (type: TypeName): string => type.slice(type.indexOf('/') + 1)

/** The target with what a later run knows of it. */
export const known = (made: Made, id: RemoteId | null = made.applied.id): Target => ({ ...made.target, id })

/** @throws AssertionError unless the call is refused with a `ProviderError` of one of these kinds. */
export const refused = async (kinds: readonly string[], call: () => Promise<unknown>, why: string): Promise<void> => {
  const error = await call().then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  assert.ok(error instanceof Error, why)
  const kind = 'kind' in error ? String(error.kind) : error.name
  assert.ok(kinds.includes(kind), `${why} It was refused as ${kind}, not as ${kinds.join(' or ')}.`)
}
