// For `node --import`: the built command with a lease that lives 1.5 s instead of 30 s. There is no option for it, since
// no user may have one; here the two numbers are replaced while their modules are loaded.
import { readFileSync } from 'node:fs'
import module from 'node:module'
import { fileURLToPath } from 'node:url'
import { isMainThread } from 'node:worker_threads'

const edits = {
  'store/dist/acquire.js': ['defaultTtlMs = 30_000', 'defaultTtlMs = 1_500'],
  'store/dist/open.js': ['defaultHeartbeatMs = 10_000', 'defaultHeartbeatMs = 300'],
}

export const load = (url, context, next) => {
  const edit = Object.entries(edits).find(([file]) => url.endsWith(`/${file}`))?.[1]
  if (edit === undefined) return next(url, context)
  const source = readFileSync(fileURLToPath(url), 'utf8')
  if (!source.includes(edit[0])) throw new Error(`${url} does not say ${edit[0]}`)
  return { format: 'module', source: source.replace(edit[0], edit[1]), shortCircuit: true }
}

// Where hooks run in a thread of their own, that thread imports this file too.
if (module.registerHooks !== undefined) module.registerHooks({ load })
else if (isMainThread) module.register(import.meta.url)
