import type { Client } from '@forgeplan/vsphere-soap'
import { makeAuthority } from '../../../../test/support/certificate.ts'
import { expect } from 'vitest'
import type { Exchange, Meddling } from '../../../../test/support/soap-proxy.ts'
import { startProxy } from '../../../../test/support/soap-proxy.ts'
import { startVcsim } from '../../../../test/support/vcsim.ts'
import { openClient } from '../subject.ts'

/** What becomes of a call; `before` counts those of its method since this was said. */
export type Meddle = (method: string, before: number) => Meddling

/** A simulated vCenter at the end of a line on which things go wrong, and a client on a good one. */
export interface Line extends AsyncDisposable {
  readonly port: number
  readonly client: Client
  meddle(meddle: Meddle): void
  /** The calls since this was last asked. */
  calls(): readonly string[]
  /** Resolves when a method has been called that many times, counted from the last `meddle`. */
  called(method: string, times: number): Promise<void>
}

/** Tasks take their time, so that there is a time in which they can be lost. */
const delays = 'CloneVm:20,CreateVm:20,ReconfigVm:5,PowerOn:5,PowerOff:5,Destroy:10,LockHandoff:0'

export const openLine = async (methodDelays: string = delays, heard?: (exchange: Exchange) => void): Promise<Line> => {
  const vcsim = await startVcsim(['-vm', '1', '-method-delay', methodDelays])
  const client = await openClient(vcsim)
  let meddle: Meddle = () => ({ kind: 'pass' })
  const counts = new Map<string, number>()
  const count = (method: string): Meddling => {
    const before = counts.get(method) ?? 0
    counts.set(method, before + 1)
    return meddle(method, before)
  }
  const proxy = await startProxy(makeAuthority().issue('127.0.0.1'), vcsim.port, count, heard)
  return {
    port: proxy.port,
    client,
    meddle: (next) => {
      meddle = next
      counts.clear()
    },
    calls: () => proxy.calls.splice(0),
    called: (method, times) => expect.poll(() => counts.get(method) ?? 0, { interval: 5, timeout: 20_000 }).toBeGreaterThanOrEqual(times),
    [Symbol.asyncDispose]: async () => {
      await proxy[Symbol.asyncDispose]()
      await client.close()
      await vcsim[Symbol.asyncDispose]()
    },
  }
}
