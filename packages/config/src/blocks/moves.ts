import type { Address, Move, Span, UnitName } from '@forgeplan/model'
import { compareText, memberOf, parseAddress, parseUnitName, unitOf } from '@forgeplan/model'
import type { Scene } from '../expression/scene.ts'
import type { Names } from '../names.ts'
import { zones } from '../names.ts'
import { moveShape } from '../shape.ts'
import type { MapNode, Node } from '../tree.ts'
import { headOf } from '../tree.ts'
import { decodeObject } from '../values/decode-value.ts'
import { nounOf } from '../values/nouns.ts'
import { didYouMean, quote } from '../wording.ts'

/** A move with its place; chains are already followed to their end. */
export interface PlacedMove {
  readonly move: Move
  readonly span: Span
}

/** The moves of the file in order of their old names. `a` to `b` and `b` to `c` become `a` to `c` and `b` to `c`. */
export const decodeMoves = (root: MapNode, scene: Scene): readonly PlacedMove[] => {
  const entry = root.entries.get('moved')
  if (entry === undefined) return []
  if (entry.value.kind !== 'list') {
    scene.problems.error('FORGE1014', entry.keySpan, () => `moved is a list of { from, to }, but ${nounOf(entry.value)} stands here.`)
    return []
  }
  const written = entry.value.items.map((item, i) => decodeMove(item, i, scene)).filter((move) => move !== undefined)
  const unique = withoutContradictions(written, scene)
  const resolved = unique.map((placed) => followed(placed, unique, scene)).filter((placed) => placed !== undefined)
  for (const placed of resolved) checkEnds(placed, scene)
  return resolved.toSorted((a, b) => compareText(a.move.from, b.move.from))
}

const decodeMove = (item: Node, i: number, scene: Scene): PlacedMove | undefined => {
  const span = headOf(item)
  if (item.kind !== 'map') {
    scene.problems.error('FORGE1014', span, () => `moved[${i}] is a map with from and to, but ${nounOf(item)} stands here.`)
    return undefined
  }
  const { from, to } = decodeObject(moveShape, item, { path: `moved[${i}]`, at: span }, { ...scene, zone: zones.fixed })
  if (typeof from !== 'string' || typeof to !== 'string') return undefined
  const move = moveOf(from, to)
  if (move !== undefined) return { move, span }
  const rule =
    isImage(from) || isImage(to)
      ? 'The files of an image bear its name: under another one it is pushed anew. Remove the entry.'
      : 'Both are blocks of one kind, such as group.web, or both are addresses, such as group.web/2, and they differ.'
  scene.problems.error('FORGE2025', span, () => `${quote(from)} cannot be moved to ${quote(to)}. ${rule}`)
  return undefined
}

const kindOf = (name: string): string => name.slice(0, name.indexOf('.'))

// The files of an image are named after it, so another name is another image.
const isImage = (name: string): boolean => name.startsWith('image.')

const moveOf = (from: string, to: string): Move | undefined => {
  if (from === to || isImage(from) || isImage(to)) return undefined
  const units = [parseUnitName(from), parseUnitName(to)] as const
  if (units[0] !== undefined && units[1] !== undefined) return kindOf(from) === kindOf(to) ? { from: units[0], to: units[1] } : undefined
  const addresses = [parseAddress(from), parseAddress(to)] as const
  if (addresses[0] === undefined || addresses[1] === undefined) return undefined
  return isMachine(from) === isMachine(to) && (isMachine(from) || kindOf(from) === kindOf(to))
    ? { from: addresses[0], to: addresses[1] }
    : undefined
}

const isMachine = (name: string): boolean => name.startsWith('group.') || name.startsWith('instance.')

const withoutContradictions = (moves: readonly PlacedMove[], scene: Scene): readonly PlacedMove[] => {
  const [froms, tos] = [new Map<string, Span>(), new Map<string, Span>()]
  return moves.filter(({ move, span }) => {
    const before = froms.get(move.from) ?? tos.get(move.to)
    const what = froms.has(move.from) ? `${quote(move.from)} is moved twice` : `Two moves lead to ${quote(move.to)}`
    if (before !== undefined)
      scene.problems.error('FORGE2028', span, () => `${what}. Remove one of them.`, [{ span: before, label: 'the other one' }])
    froms.set(move.from, froms.get(move.from) ?? span)
    tos.set(move.to, tos.get(move.to) ?? span)
    return before === undefined
  })
}

const followed = (placed: PlacedMove, moves: readonly PlacedMove[], scene: Scene): PlacedMove | undefined => {
  const next = new Map<string, Move>(moves.map(({ move }) => [move.from, move]))
  let { to } = placed.move
  for (let steps = 0; next.has(to); steps++) {
    if (steps > moves.length) {
      scene.problems.error(
        'FORGE2028',
        placed.span,
        () => `The moves from ${quote(placed.move.from)} lead in a circle. Remove one of them.`,
      )
      return undefined
    }
    to = next.get(to)?.to ?? to
  }
  return { ...placed, move: { from: placed.move.from, to } }
}

const checkEnds = ({ move, span }: PlacedMove, scene: Scene): void => {
  const { names, problems } = scene
  if (isConfigured(move.from, names, 'certainly'))
    problems.error(
      'FORGE2026',
      span,
      () =>
        `${quote(move.from)} is still configured, so its objects cannot become those of ${quote(move.to)}. Remove the block, or the move.`,
    )
  if (isConfigured(move.to, names, 'perhaps')) return
  const hint = didYouMean(move.to, names.units.keys())
  problems.error(
    'FORGE2027',
    span,
    () => `${quote(move.to)} is not configured, so its objects would be destroyed. Correct the name, or remove the move.${hint}`,
  )
}

// Which numbers of a sized group stand is decided by the state, so there a member is never certain and always possible.
const isConfigured = (name: UnitName | Address, names: Names, surely: 'certainly' | 'perhaps'): boolean => {
  const unit = parseUnitName(name)
  if (unit !== undefined) return names.units.has(unit)
  const address = name as Address
  const head = names.units.get(unitOf(address))
  if (head === undefined) return false
  const id = memberOf(address)
  if (!isMachine(name)) return surely === 'perhaps'
  switch (head.shape?.kind) {
    case 'ids':
      return id !== undefined && head.shape.ids.includes(id)
    case 'sized':
      return surely === 'perhaps' && /^[1-9]\d{0,8}$/.test(id ?? '')
    case 'single':
      return id === undefined
    case undefined:
      return surely === 'perhaps'
    default:
      return head.shape satisfies never
  }
}
