// For `node --import`: the built command with a lease that lives 1.5 s instead of 30 s. There is no option for it, since
// no user may have one; here the two numbers are replaced while the bundle is loaded.
import { readFileSync } from 'node:fs'
import module from 'node:module'
import { fileURLToPath } from 'node:url'
import { isMainThread } from 'node:worker_threads'

const edits = [
  ['const defaultTtlMs = 3e4;', 'const defaultTtlMs = 1500;'],
  ['const defaultHeartbeatMs = 1e4;', 'const defaultHeartbeatMs = 300;'],
]

export const load = (url, context, next) => {
  if (!url.includes('/cli/bundle/')) return next(url, context)
  const source = readFileSync(fileURLToPath(url), 'utf8')
  if (!/const default(Ttl|Heartbeat)Ms/.test(source)) return next(url, context)
  for (const [text] of edits) if (!source.includes(text)) throw new Error(`${url} does not say ${text}`)
  return { format: 'module', source: edits.reduce((all, [from, to]) => all.replace(from, to), source), shortCircuit: true }
}

// Where hooks run in a thread of their own, that thread imports this file too.
if (module.registerHooks !== undefined) module.registerHooks({ load })
else if (isMainThread) module.register(import.meta.url)
