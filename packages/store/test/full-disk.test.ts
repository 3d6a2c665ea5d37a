import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { applied, createBegan, fleet, leaseOf, openAt, tempDirectory } from './fixture.ts'

/** A disk of 512 KiB, unmounted at the end of the scope; null where this user may not mount. */
const smallDisk = async (): Promise<(AsyncDisposable & { readonly path: string }) | null> => {
  const directory = await tempDirectory()
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=512k', 'tmpfs', directory.path], { stdio: 'ignore' })
  } catch {
    await directory[Symbol.asyncDispose]()
    return null
  }
  return {
    path: directory.path,
    [Symbol.asyncDispose]: async () => {
      execFileSync('umount', [directory.path])
      await directory[Symbol.asyncDispose]()
    },
  }
}

describe('a full disk', () => {
  it('is named, and what was durable before it stays readable', async (context) => {
    await using disk = await smallDisk()
    if (disk === null) return context.skip('a small disk cannot be mounted without privileges')
    const path = join(disk.path, 'state.db')
    await using store = await openAt(path)
    const lease = await leaseOf(store)
    await lease.append(fleet(0))
    let durable = 0
    const fill = async (): Promise<void> => {
      for (let n = 1; n < 10_000; n++) {
        await lease.append([createBegan(n), applied(n, { text: 'x'.repeat(1000) })])
        durable = n
      }
    }
    await expect(fill()).rejects.toMatchObject({ name: 'StoreError', kind: 'full' })
    await using reader = await openAt(path, 'read')
    expect(reader.load().rows.size).toBe(durable)
  })
})
