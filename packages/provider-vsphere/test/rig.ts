import { setTimeout as delay } from 'node:timers/promises'
import type { Observation, PlainMap } from '@forgeplan/model'
import { normaliseObject } from '@forgeplan/model'
import type { Applied, Call, Handler, Session, Target, Verb } from '@forgeplan/sdk'
import type { Client, Query, Ref } from '@forgeplan/vsphere-soap'
import { isRef } from '@forgeplan/vsphere-soap'
import { afterAll, beforeAll } from 'vitest'
import type { Vcsim } from '../../../test/support/vcsim.ts'
import { startVcsim } from '../../../test/support/vcsim.ts'
import { vsphere } from '../src/index.ts'
import { vm, vmType } from '../src/vm/vm-type.ts'
import { openClient, settingsOf } from './subject.ts'
import { targetOf } from './target.ts'

/** A simulated vCenter, the provider's session in it, and a client that looks behind its back. */
export interface Rig {
  readonly client: Client
  readonly session: Session
  readonly settings: PlainMap
  /** The handler of machines. */
  readonly handler: Handler
  /** Another session. */
  readonly open: (settings: PlainMap) => Promise<Session>
  /** The folder of machines of its first datacenter. */
  readonly folders: () => Promise<{ readonly datacenter: Ref; readonly vmFolder: Ref }>
  readonly target: (over?: Partial<Target>) => Target
  readonly apply: (verb: Verb, target: Target, inputs: PlainMap) => Promise<Applied>
  readonly see: (target: Target) => Promise<Observation | undefined>
}

/** One for the tests of a file or a group. */
export const useRig = (flags: readonly string[] = ['-vm', '1'], settings: PlainMap = {}, env: NodeJS.ProcessEnv = {}): Rig => {
  let [vcsim, client, session]: [Vcsim?, Client?, Session?] = []
  let generation = 0
  let all: PlainMap = {}
  const open = (given: PlainMap): Promise<Session> => vsphere.open(given, { directory: '/', signal: new AbortController().signal })
  beforeAll(async () => {
    vcsim = await startVcsim(flags, env)
    client = await openClient(vcsim)
    all = { ...settingsOf(vcsim), ...settings }
    session = await open(all)
  })
  afterAll(async () => {
    await session?.[Symbol.asyncDispose]()
    await client?.close()
    await vcsim?.[Symbol.asyncDispose]()
  })
  const handler = (): Handler => session?.handlers.get(vmType) as Handler
  return {
    get client() {
      return client as Client
    },
    get session() {
      return session as Session
    },
    get settings() {
      return all
    },
    open,
    get handler() {
      return handler()
    },
    folders: async () => {
      for await (const { ref, properties } of (client as Client).retrieve(datacenters(client as Client))) {
        const vmFolder = properties.get('vmFolder')
        if (isRef(vmFolder)) return { datacenter: ref, vmFolder }
      }
      throw new Error('no datacenter')
    },
    target: (over) => {
      generation += 1
      return targetOf(generation, over)
    },
    apply: (verb, target, inputs) =>
      handler().apply(verb, target, normaliseObject(vm.inputs, inputs) as PlainMap, { kind: 'absent' }, aCall()),
    see: async (target) => (await handler().observe([target], aCall())).get(target.uid),
  }
}

const datacenters = ({ content }: Client): Query => ({ of: { under: content.rootFolder }, properties: { Datacenter: ['vmFolder'] } })

export const aCall = (over: Partial<Call> = {}): Call => {
  const signal = over.signal ?? new AbortController().signal
  return {
    signal,
    progress: () => undefined,
    record: () => Promise.resolve(),
    now: () => Date.now(),
    sleep: (ms) => delay(ms, undefined, { signal }),
    ...over,
  }
}
