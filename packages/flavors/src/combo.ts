import type { Field, Member, PlainMap, Prepared, Value, ValueMap } from '@forgeplan/model'
import { isList, isMap, late, object, reduce } from '@forgeplan/model'
import type { Call, Flavor, MemberHandle } from '@forgeplan/sdk'
import { defineFlavor, ProviderError } from '@forgeplan/sdk'
import { askAll, surveyAll } from './combo-health.ts'
import { vanilla } from './vanilla.ts'

/** One of the flavors that are combined, with its configuration. */
export interface Piece<Config = ValueMap> {
  readonly flavor: Flavor
  readonly config: Config
}

/**
 * A flavor made of a list of others, each an item with the name of its plugin as the only key: first-boot texts one
 * after the other, later tags over earlier ones, well when all are well, told of new members from first to last,
 * and drained and told of those that have gone from last to first.
 */
export const comboOf = (flavors: readonly Flavor[]): Flavor => {
  const known = new Map(flavors.map((flavor) => [flavor.name, flavor]))
  const pieces = <Config extends ValueMap>(config: Config): readonly Piece<Config>[] => piecesOf(config, known)
  return defineFlavor({
    name: 'combo',
    doc: `A list of flavors that work together: ${flavors.map(({ name }) => name).join(', ')}. An item has the flavor's plugin as its only key.`,
    config: object({ flavors: { schema: { kind: 'list', of: object(fieldsOf(flavors)), min: 1 }, doc, required: true, examples } }),
    prepare: (config, member) => together(pieces(config).map((piece, at) => preparedBy(piece, at, member))),
    hasHealth: (config) => pieces(config).some(({ flavor, config: own }) => flavor.hasHealth(own)),
    hasDrain: (config) => pieces(config).some(({ flavor, config: own }) => flavor.hasDrain(own)),
    runsInside: (config) => pieces(config).flatMap(({ flavor, config: own }) => flavor.runsInside?.(own) ?? []),
    hasJoined: (config) => pieces(config).some(isTold('hasJoined')),
    hasLeft: (config) => pieces(config).some(isTold('hasLeft')),
    ...(flavors.some(({ bootstrap }) => bootstrap === 'serial') ? { bootstrap: 'serial' } : {}),
    runtime: (name, config, member, call) => runtime(name, pieces(config), member, call),
    survey: (config, members, call) => surveyAll(asking(pieces(config)), members, call),
    health: (config, member, call) => askAll(asking(pieces(config)), member, call),
    drain: (config, member, call) =>
      backwards(
        pieces(config).filter((piece) => piece.flavor.hasDrain(piece.config)),
        call,
        async ({ flavor, config: own }) => flavor.drain?.(own, member, call),
      ),
    joined: (config, member, call) => joined(pieces(config).filter(isTold('hasJoined')), member, call),
    left: (config, member, call) =>
      backwards(pieces(config).filter(isTold('hasLeft')), call, async ({ flavor, config: own }) => flavor.left?.(own, member, call)),
  })
}

const doc = 'What a member is made of, in this order.'
const examples = [[{ vanilla: { init: ['mount /data'] } }, { vanilla: { init: ['exec httpd -f'], health: { tcp: 80 } } }]]

const fieldsOf = (flavors: readonly Flavor[]): Readonly<Record<string, Field>> =>
  Object.fromEntries(flavors.map((flavor) => [flavor.name, { schema: flavor.config, doc: flavor.doc }]))

const piecesOf = <Config extends ValueMap>(config: Config, known: ReadonlyMap<string, Flavor>): readonly Piece<Config>[] => {
  const items = config['flavors']
  if (!isList(items)) return []
  return items.flatMap((item) =>
    isMap(item)
      ? [...known].flatMap(([name, flavor]) => {
          const own = Object.hasOwn(item, name) ? item[name] : undefined
          return isMap(own) ? [{ flavor, config: own as Config }] : []
        })
      : [],
  )
}

const asking = (pieces: readonly Piece<PlainMap>[]): readonly Piece<PlainMap>[] =>
  pieces.filter(({ flavor, config }) => flavor.hasHealth(config))

const preparedBy = ({ flavor, config }: Piece, at: number, member: Member): Prepared => {
  const { init, tags } = flavor.prepare(config, member)
  return { init: numbered(init, at), tags: Object.fromEntries(Object.entries(tags).map(([key, tag]) => [key, numbered(tag, at)])) }
}

// Two pieces may have a runtime value of the same name, so each says whose it is.
const numbered = (value: Value, at: number): Value =>
  reduce(value, (leaf) => (leaf.kind === 'runtime' ? late({ kind: 'runtime', name: `${String(at)}:${leaf.name}` }) : undefined))

const together = (all: readonly Prepared[]): Prepared => {
  const texts = all.map(({ init }) => init).filter((init) => init !== null)
  const init = texts.length === 0 ? null : reduce(late({ kind: 'call', fn: 'join', args: [texts, '\n'] }), () => undefined)
  return { init, tags: Object.assign({}, ...all.map(({ tags }) => tags)) as ValueMap }
}

const runtime = async (name: string, pieces: readonly Piece<PlainMap>[], member: MemberHandle, call: Call): Promise<string> => {
  const [at = '', ...rest] = name.split(':')
  const piece = pieces[Number(at)]
  if (piece?.flavor.runtime === undefined) throw new ProviderError('internal', `No flavor of the combination knows ${name}.`)
  return piece.flavor.runtime(rest.join(':'), piece.config, member, call)
}

const isTold =
  (of: 'hasJoined' | 'hasLeft') =>
  ({ flavor, config }: Piece): boolean =>
    flavor[of]?.(config) === true

// First to last, as they were prepared; one that fails is tried again with those before it.
const joined = async (pieces: readonly Piece<PlainMap>[], member: MemberHandle, call: Call): Promise<void> => {
  for (const { flavor, config } of pieces) {
    call.signal.throwIfAborted()
    await flavor.joined?.(config, member, call)
  }
}

// Last to first, and all of them although one fails: what can be taken out of service is.
const backwards = async (
  pieces: readonly Piece<PlainMap>[],
  call: Call,
  tell: (piece: Piece<PlainMap>) => Promise<void>,
): Promise<void> => {
  const errors: unknown[] = []
  for (const piece of pieces.toReversed()) {
    call.signal.throwIfAborted()
    try {
      await tell(piece)
    } catch (error) {
      errors.push(error)
    }
  }
  if (errors.length > 0) throw errors[0]
}

/** The flavors that come with forge, combined. */
export const combo: Flavor = comboOf([vanilla])
