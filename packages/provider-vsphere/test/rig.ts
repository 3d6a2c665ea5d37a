import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import type { Observation, PlainMap } from '@forgeplan/model'
import { groupUnit, lineage, memberAddress, normaliseObject, stackName, uid } from '@forgeplan/model'
import type { Applied, Call, Handler, Session, Target, Verb } from '@forgeplan/sdk'
import type { Client } from '@forgeplan/vsphere-soap'
import { afterAll, beforeAll } from 'vitest'
import type { Vcsim } from '../../../test/support/vcsim.ts'
import { startVcsim } from '../../../test/support/vcsim.ts'
import { vsphere } from '../src/index.ts'
import { vm, vmType } from '../src/vm/vm-type.ts'
import { openClient, settingsOf } from './subject.ts'

/** A simulated vCenter, the provider's session in it, and a client that looks behind its back. */
export interface Rig {
  readonly client: Client
  readonly handler: Handler
  readonly target: (over?: Partial<Target>) => Target
  readonly apply: (verb: Verb, target: Target, inputs: PlainMap) => Promise<Applied>
  readonly see: (target: Target) => Promise<Observation | undefined>
}

const ownLineage = lineage(randomUUID())

/** One for the tests of a file or a group. */
export const useRig = (flags: readonly string[] = ['-vm', '1'], settings: PlainMap = {}): Rig => {
  let [vcsim, client, session]: [Vcsim?, Client?, Session?] = []
  let generation = 0
  beforeAll(async () => {
    vcsim = await startVcsim(flags)
    client = await openClient(vcsim)
    session = await vsphere.open({ ...settingsOf(vcsim), ...settings }, { directory: '/', signal: new AbortController().signal })
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
    get handler() {
      return handler()
    },
    target: (over = {}) => {
      generation += 1
      const own = uid(randomUUID())
      const address = memberAddress(groupUnit('web'), String(generation))
      const mark = { lineage: ownLineage, stack: stackName('lab'), uid: own, address, generation, specDigest: '0'.repeat(64) }
      return { uid: own, address, type: vmType, mark, id: null, handle: null, begunAt: null, ...over }
    },
    apply: (verb, target, inputs) =>
      handler().apply(verb, target, normaliseObject(vm.inputs, inputs) as PlainMap, { kind: 'absent' }, aCall()),
    see: async (target) => (await handler().observe([target], aCall())).get(target.uid),
  }
}

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
