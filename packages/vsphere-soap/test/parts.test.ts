import { describe, expect, it } from 'vitest'
import { hasVcsim } from '../../../test/require.ts'
import { inParts, partsOf } from '../src/properties/parts.ts'
import { all, nameOf, useLab } from './support/lab.ts'

const numbers = (count: number): readonly number[] => Array.from({ length: count }, (_, index) => index)

// As a call that takes for ever.
const endOf = async (signal: AbortSignal | undefined): Promise<never> => {
  signal?.throwIfAborted()
  return new Promise((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason as Error)))
}

describe('objects in parts', () => {
  it.each([0, 1, 99, 100, 101, 250, 1000, 2001, 10_000])('are each in one part, in their order: %i', (count) => {
    const parts = partsOf(numbers(count))
    expect(parts.flat()).toEqual(numbers(count))
    expect(Math.max(0, ...parts.map((part) => part.length))).toBeLessThanOrEqual(500)
  })

  it('are one part where they are few, and a few parts that are read at once where they are many', () => {
    expect([0, 1, 100, 101, 1000, 10_000].map((count) => partsOf(numbers(count)).length)).toEqual([0, 1, 1, 2, 4, 20])
  })

  it('come in their order, whichever part is read first', async () => {
    const read = async function* (part: number): AsyncGenerator<number> {
      for (let waits = 10 - part; waits > 0; waits -= 1) await Promise.resolve()
      yield* [part, part + 0.5]
    }
    expect(await all(inParts(numbers(9), read, undefined))).toEqual(numbers(9).flatMap((part) => [part, part + 0.5]))
  })

  it('are read four at a time', async () => {
    let [now, most] = [0, 0]
    const read = async function* (part: number): AsyncGenerator<number> {
      most = Math.max(most, (now += 1))
      await new Promise((resolve) => setImmediate(resolve))
      now -= 1
      yield part
    }
    await all(inParts(numbers(20), read, undefined))
    expect(most).toBe(4)
  })

  it('are no longer read when one has failed or nobody wants the rest, and all has ended by then', async () => {
    const open = new Set<number>()
    const read = async function* (part: number, signal: AbortSignal | undefined): AsyncGenerator<number> {
      open.add(part)
      try {
        if (part === 1) throw new Error('no')
        yield part
        if (part > 1) await endOf(signal)
      } finally {
        open.delete(part)
      }
    }
    await expect(all(inParts(numbers(8), read, undefined))).rejects.toThrow('no')
    expect([...open]).toEqual([])
    for await (const each of inParts(numbers(8), read, undefined)) if (each === 0) break
    expect([...open]).toEqual([])
  })

  it("end with the caller's signal", async () => {
    const caller = new AbortController()
    const read = async function* (part: number, signal: AbortSignal | undefined): AsyncGenerator<number> {
      yield part
      await endOf(signal)
    }
    const reading = all(inParts([1, 2], read, caller.signal))
    caller.abort(new Error('enough'))
    await expect(reading).rejects.toThrow('enough')
  })
})

describe.skipIf(!hasVcsim())('more objects than one part has', () => {
  const lab = useLab(['-cluster', '0', '-vm', '230'])

  it('come each once, also in pages', async () => {
    await using client = await lab.open()
    const query = { of: { under: client.content.rootFolder }, properties: { VirtualMachine: ['name'], Folder: ['name'] } }
    for (const pageSize of [7, 500]) {
      const seen = await all(client.retrieve(query, { pageSize }))
      const names = seen.filter(({ ref }) => ref.type === 'VirtualMachine').map(nameOf)
      expect(names.toSorted()).toEqual(
        numbers(230)
          .map((index) => `DC0_H0_VM${index}`)
          .toSorted(),
      )
    }
  })

  it('come to the end although the session ends on the way', async () => {
    await using watcher = await lab.open()
    await using client = await lab.open()
    const manager = client.content.sessionManager ?? { type: '', value: '' }
    const session = (await client.look(manager, ['currentSession']))?.properties.get('currentSession') as { readonly key: string }
    const names = new Set<string>()
    let count = 0
    for await (const seen of client.retrieve(
      { of: { under: client.content.rootFolder }, properties: { VirtualMachine: ['name'] } },
      { pageSize: 10 },
    )) {
      expect(seen.missing).toEqual([])
      names.add(nameOf(seen))
      if (++count === 3) await watcher.call('TerminateSession', manager, { sessionId: [session.key] })
    }
    expect([count, names.size]).toEqual([230, 230])
  })
})
