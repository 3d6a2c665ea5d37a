import { type Prepared, type Value, type ValueMap, late, object, reduce } from '@forgeplan/model'
import { type Flavor, defineFlavor, ProviderError } from '@forgeplan/sdk'

const server = `require("node:http").createServer((_, answer) => answer.end(process.env.WORD)).listen(process.env.PORT, "127.0.0.1")`

/** A machine that greets whoever asks. The word may be late, so the script is put together by an expression. */
const prepare = (config: ValueMap): Prepared => ({
  init: joined(['export WORD="', config['word'] ?? '', `"\nexec node -e '${server}'\n`]),
  tags: { role: 'greeter' },
})

// Applied at once where everything is known; otherwise the expression is kept until it is.
const joined = (args: readonly Value[]): Value => reduce(late({ kind: 'call', fn: 'concat', args }), () => undefined)

export const greeter: Flavor = defineFlavor({
  name: 'greeter',
  doc: 'Machines that answer every request with one word.',
  config: object({ word: { schema: { kind: 'string' }, doc: 'What they say.', required: true } }),
  prepare,
  hasHealth: () => true,
  hasDrain: () => false,
  health: async (config, member, call) => {
    const url = member.outputs['url']
    if (typeof url !== 'string') throw new ProviderError('invalid', 'A greeter needs a port.')
    const said = await fetch(url, { signal: call.signal }).then(
      (answer) => answer.text(),
      () => null,
    )
    if (said === config['word']) return { kind: 'healthy' }
    return { kind: 'unhealthy', why: said === null ? 'it does not answer' : 'it says something else' }
  },
})
