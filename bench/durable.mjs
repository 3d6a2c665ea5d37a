// Bytes written for one journal entry, on the state of a standing fleet: real entries of its own journal are appended
// once more, each as a commit of its own, to a copy of the database.
import { cpSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { stackName } from '@forgeplan/model'
import { openStore } from '@forgeplan/store'

const entriesCounted = 200

const bytesWritten = () => Number(/^wchar: (\d+)$/m.exec(readFileSync('/proc/self/io', 'utf8'))[1])

/** Bytes for each of `entriesCounted` transitions; null where the system does not count them. */
export const durableBytes = async (directory) => {
  if (process.platform !== 'linux') return null
  const copy = `${directory}-copy`
  cpSync(directory, copy, { recursive: true })
  // Node 20 knows no `await using`; the store gives its lease back.
  const store = await openStore({ path: join(copy, '.forge', 'state.db'), mode: 'write', stack: stackName('bench') })
  try {
    const lease = await store.acquire({ command: 'bench', timeoutMs: 0, signal: new AbortController().signal })
    const entries = [...store.records()].map(({ entry }) => entry).filter(({ kind }) => kind === 'create-began' || kind === 'applied')
    const before = bytesWritten()
    for (const entry of entries.slice(-entriesCounted)) await lease.append([entry])
    return (bytesWritten() - before) / entriesCounted
  } finally {
    await store[Symbol.asyncDispose]()
    rmSync(copy, { recursive: true, force: true })
  }
}
