import type { Member, PlainMap, Prepared, Value, ValueMap } from '@forgeplan/model'
import { isList, isMap, late, object, reduce } from '@forgeplan/model'
import type { Call, Flavor, MemberHandle } from '@forgeplan/sdk'
import { defineFlavor, ProviderError } from '@forgeplan/sdk'
import { askNow, survey } from './health.ts'
import { commandOf } from './probes.ts'

const command = { kind: 'list', of: { kind: 'string' }, min: 1 } as const
const port = { kind: 'integer', min: 1, max: 65_535 } as const

const config = object({
  init: {
    schema: { kind: 'either', of: [{ kind: 'list', of: { kind: 'string' } }, { kind: 'string' }] },
    doc: 'What a machine runs when it boots for the first time: lines of a shell script, or its whole text.',
    examples: [['echo hello', 'exec httpd -f'], '#!/bin/sh\necho hello\n'],
  },
  tags: { schema: { kind: 'map', of: { kind: 'string' } }, doc: 'Labels of every member.' },
  health: {
    schema: object({
      exec: { schema: command, doc: 'Healthy when this command ends with 0 inside of the machine. A plan does not run it.' },
      tcp: { schema: port, doc: "Healthy when this port of the member's address accepts a connection." },
      http: {
        schema: object({
          path: { schema: { kind: 'string', pattern: '^/', patternHint: 'a path from /' }, doc: 'What is asked for.', default: '/' },
          port: { schema: port, doc: "Default: the member's own port." },
          status: { schema: { kind: 'integer', min: 100, max: 599 }, doc: 'The only good status. Default: any from 200 to 399.' },
          url: { schema: { kind: 'string', maxLength: 2048 }, doc: 'A whole address, in place of port and path.' },
        }),
        doc: "Healthy when the member's address answers this request well.",
      },
    }),
    doc: 'How to see whether a member does its work. Where several are given, all must be well.',
  },
  timeout: { schema: { kind: 'duration', min: 1, max: 600_000 }, doc: 'How long a member may take to answer.', default: 2000 },
  drain: { schema: command, doc: 'Command that takes a member out of service, run inside before it is destroyed.' },
  joined: { schema: command, doc: 'Command run inside of a new member once it is well. It may run again for the same member.' },
})

/** Machines that run a script and are asked by command, connection or request whether they are well. */
export const vanilla: Flavor = defineFlavor({
  name: 'vanilla',
  doc: 'Machines that run a script when they boot; health by command, tcp or http.',
  config,
  prepare: (given: ValueMap, _member: Member): Prepared => ({
    init: initOf(given['init']),
    tags: isMap(given['tags']) ? given['tags'] : {},
  }),
  hasHealth: (given) => isMap(given['health']) && Object.keys(given['health']).length > 0,
  hasDrain: (given) => given['drain'] !== undefined,
  hasJoined: (given) => given['joined'] !== undefined,
  runsInside: ({ health, drain, joined }) => [
    ...(isMap(health) && health['exec'] !== undefined ? (['health'] as const) : []),
    ...(drain === undefined ? [] : (['drain'] as const)),
    ...(joined === undefined ? [] : (['joined'] as const)),
  ],
  survey,
  health: askNow,
  drain: (given, member, call) => runInside('drain', given, member, call),
  joined: (given, member, call) => runInside('joined', given, member, call),
})

// Lines may be late, so they are joined by an expression, which is applied at once where everything is known.
const initOf = (init: Value | undefined): Value => {
  if (init === undefined) return null
  return isList(init) ? reduce(late({ kind: 'call', fn: 'join', args: [init, '\n'] }), () => undefined) : init
}

async function runInside(name: 'drain' | 'joined', given: PlainMap, member: MemberHandle, call: Call): Promise<void> {
  const argv = commandOf(given[name])
  if (argv === undefined) return
  if (member.guest === null)
    throw new ProviderError('invalid', `The ${name} command cannot be run: nothing can be run inside of this machine.`)
  const { exitCode } = await member.guest.run(argv, call)
  if (exitCode !== 0) throw new ProviderError('transient', `The ${name} command ended with exit code ${exitCode}.`)
}
