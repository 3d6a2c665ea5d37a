// The stub machines as a plugin of somebody else that notes every call which touches something, one line of JSON each,
// in `calls` beside the configuration; `delay` makes each take so many milliseconds more. `password` is a secret, and
// `leak` tells it: when a session is opened, when a machine is made, or in what the machine is known by.
import { appendFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { hyperkit } from '../../../packages/provider-hyperkit/dist/index.js'

const watched = (handler, note) => ({
  ...handler,
  async apply(verb, target, ...rest) {
    const told = await note(verb, target)
    const { id, outputs } = await handler.apply(verb, target, ...rest)
    return { id, outputs: { ...outputs, ...told } }
  },
  async delete(target, ...rest) {
    await note('delete', target)
    return handler.delete(target, ...rest)
  },
  async mark(target, ...rest) {
    await note('mark', target)
    return handler.mark(target, ...rest)
  },
})

export const provider = {
  ...hyperkit,
  settings: {
    kind: 'object',
    fields: {
      ...hyperkit.settings.fields,
      delay: { schema: { kind: 'integer', min: 0 }, doc: 'Milliseconds that a call takes more.', default: 0 },
      password: { schema: { kind: 'secret' }, doc: 'A login that is not needed.' },
      leak: { schema: { kind: 'enum', values: ['open', 'apply', 'output'] }, doc: 'Where the password is told.' },
    },
  },
  async open({ delay, password, leak, ...settings }, host) {
    const refused = (kind) => Object.assign(new Error(`The login with ${password} was refused.`), { name: 'ProviderError', kind })
    if (leak === 'open') throw refused('denied')
    const session = await hyperkit.open(settings, host)
    const note = async (verb, { address, uid }) => {
      appendFileSync(join(host.directory, 'calls'), `${JSON.stringify({ pid: process.pid, verb, address, uid })}\n`)
      await sleep(delay)
      if (leak === 'apply') throw refused('invalid')
      return leak === 'output' ? { console: `console of ${password}` } : {}
    }
    const handlers = new Map([...session.handlers].map(([type, handler]) => [type, watched(handler, note)]))
    return { ...session, handlers, [Symbol.asyncDispose]: () => session[Symbol.asyncDispose]() }
  },
}
