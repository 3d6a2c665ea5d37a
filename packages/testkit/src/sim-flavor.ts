import type { Health, PlainMap, Uid, Value } from '@forgeplan/model'
import { isKnown, isMap, late, object, remoteId } from '@forgeplan/model'
import type { Call, Flavor, MemberHandle } from '@forgeplan/sdk'
import { defineFlavor, ProviderError } from '@forgeplan/sdk'
import { healthOf } from './sim-guest.ts'
import type { World } from './world.ts'
import { worldNamed } from './world.ts'

/** A flavor whose members are as healthy as their world says, and whose drains stand in the world's log. */
export const simFlavor: Flavor = defineFlavor({
  name: 'simflavor',
  doc: 'For tests: health, drain, comings and goings, and init text of simulated machines.',
  config: object({
    init: { schema: { kind: 'string' }, doc: 'Text that follows the name of the member.', default: '' },
    secret: { schema: { kind: 'secret' }, doc: 'Ends up in the init text.' },
    token: { schema: { kind: 'boolean' }, doc: 'Whether the init text ends with a token known only at apply.', default: false },
    health: { schema: { kind: 'boolean' }, doc: 'Whether members can be asked how they are.', default: true },
    drain: { schema: { kind: 'boolean' }, doc: 'Whether members are drained.', default: false },
    join: { schema: { kind: 'boolean' }, doc: 'Whether it is told of members that have come.', default: false },
    leave: { schema: { kind: 'boolean' }, doc: 'Whether it is told of members that have gone.', default: false },
    tags: { schema: { kind: 'map', of: { kind: 'string' } }, doc: 'Labels for the members.' },
  }),
  prepare: (config, member) => ({
    init: text(['#', member.name, ' ', config['init'] ?? '', config['secret'] ?? '', ...tokenOf(config['token'])]),
    tags: isMap(config['tags']) ? config['tags'] : {},
  }),
  hasHealth: (config) => config['health'] !== false,
  hasDrain: (config) => config['drain'] === true,
  hasJoined: (config) => config['join'] === true,
  hasLeft: (config) => config['leave'] === true,
  runtime: async (name, _config, member) => `${name}-of-${member.address}`,
  survey: async (config, members, call) => new Map(members.map((member) => [member.uid, survey(config, member, call.now())])),
  health: async (config, member, call) => survey(config, member, call.now()),
  drain: async (_config, member, call) => {
    log('drain', member, call)
    if (whereIs(member.outputs).world.failsDrains) throw new ProviderError('invalid', 'Requests are still being answered.')
  },
  joined: async (_config, member, call) => log('joined', member, call),
  // A member without outputs went in a run that was cut off: nobody knows its world any more.
  left: async (_config, member, call) => (Object.keys(member.outputs).length === 0 ? undefined : log('left', member, call)),
})

/** As `simflavor`, but the first member of a group comes up before the rest. */
export const simSerial: Flavor = defineFlavor({ ...simFlavor, name: 'simserial', bootstrap: 'serial' })

const log = (method: 'drain' | 'joined' | 'left', { uid, address, outputs }: MemberHandle, call: Call): void => {
  call.signal.throwIfAborted()
  whereIs(outputs).world.logCall({ method, uid, address, verb: null, mutating: true, at: call.now() })
}

const tokenOf = (wanted: Value | undefined): readonly Value[] => (wanted === true ? [late({ kind: 'runtime', name: 'token' })] : [])

const text = (args: readonly Value[]): Value => (args.every(isKnown) ? args.join('') : late({ kind: 'call', fn: 'concat', args }))

const survey = (config: PlainMap, member: { readonly uid: Uid; readonly outputs: PlainMap }, now: number): Health => {
  if (config['health'] === false) return { kind: 'unknown', why: 'No health is configured.' }
  const { world, id } = whereIs(member.outputs)
  return healthOf(world, remoteId(id), now)
}

/** The world and the id in a machine's `url` output. @throws ProviderError `internal` when there is no such world. */
const whereIs = (outputs: MemberHandle['outputs']): { readonly world: World; readonly id: string } => {
  const match = /^sim:\/\/([^/]+)\/(.+)$/.exec(String(outputs['url']))
  const world = match?.[1] === undefined ? undefined : worldNamed(decodeURIComponent(match[1]))
  if (world === undefined || match?.[2] === undefined) throw new ProviderError('internal', 'The member stands in no simulated world.')
  return { world, id: match[2] }
}
