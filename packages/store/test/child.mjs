// A process of its own for tests of exclusion, on the built package: `node child.mjs COMMAND DATABASE [JSON]`.
// It answers with one JSON object per line and does what the lines of standard input say.
import { createInterface } from 'node:readline'
import { openStore } from '../dist/index.js'

const [command, path, options = '{}'] = process.argv.slice(2)
const say = (value) => process.stdout.write(`${JSON.stringify(value)}\n`)
const stack = 'lab'
const signal = new AbortController().signal

const answers = {
  append: async (lease) => {
    try {
      await lease.append([{ kind: 'outputs', values: { from: lease.fence } }])
      return { appended: true }
    } catch (error) {
      return { error: error.name, stillMine: lease.stillMine(), lost: lease.lost.aborted }
    }
  },
}

const hold = async () => {
  const store = await openStore({ path, mode: 'write', stack })
  try {
    const lease = await store.acquire({ command: 'forge apply', timeoutMs: 0, signal, ...JSON.parse(options) })
    say({ fence: lease.fence })
    for await (const request of createInterface({ input: process.stdin })) say(await answers[request](lease))
  } catch (error) {
    say({ error: error.name, holder: error.holder })
    for await (const _ of createInterface({ input: process.stdin }));
  }
  await store[Symbol.asyncDispose]()
}

const read = async () => {
  if (process.getuid() === 0) process.setuid(65534)
  try {
    const store = await openStore({ path, mode: command, stack })
    say({ rows: store.load().rows.size, entries: [...store.records()].length })
    await store[Symbol.asyncDispose]()
  } catch (error) {
    say({ error: error.name, kind: error.kind, detail: error.detail })
  }
}

await (command === 'hold' ? hold() : read())
